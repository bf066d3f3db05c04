#include "drivers/run/directory.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/archive/publish.hpp"
#include "core/options/job_file.hpp"
#include "drivers/job/sections.hpp"

namespace fs = std::filesystem;

namespace nmc::drivers {
namespace {

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The first directory of the path that is there, to ask it before anything is made.
fs::path existing_parent(fs::path path) {
  path = fs::absolute(path);
  while (!fs::exists(path)) path = path.parent_path();
  return path;
}

void require_writable(const fs::path& path) {
  const fs::path parent = existing_parent(path);
  const bool is_writable = fs::is_directory(parent) && ::access(parent.c_str(), W_OK | X_OK) == 0;
  require(is_writable, fmt::format("cannot write to {}: {} is not a directory you may write to; "
                                   "set output.dir",
                                   path.string(), parent.string()));
}

fs::path free_name(const fs::path& path) {
  for (int i = 1;; ++i) {
    fs::path candidate = fmt::format("{}.{}", path.string(), i);
    if (!fs::exists(candidate)) return candidate;
  }
}

}  // namespace

bool OutputDirectory::has(const std::string& name) const {
  return fs::exists(path_ / name);
}

std::string OutputDirectory::resolved(bool restart) const {
  require_writable(path_);
  if (restart || !fs::exists(path_) || fs::is_empty(path_)) return "";
  require(has("resolved.ini"),
          fmt::format("{} holds files that are no run of nmc: choose another output.dir",
                      path_.string()));
  return read_text(path_ / "resolved.ini");
}

void OutputDirectory::check(const Job& job, bool restart) const {
  const std::string old = resolved(restart);
  require(!has_sweep(parse_job_text(old, "resolved.ini")),
          fmt::format("{} holds a sweep and the job is none: choose another output.dir, or "
                      "--restart to move the sweep aside",
                      path_.string()));
  require_same_job(old, job);
}

void OutputDirectory::check_sweep(bool restart) const {
  const std::string old = resolved(restart);
  require(old.empty() || has_sweep(parse_job_text(old, "resolved.ini")),
          fmt::format("{} holds a run without a sweep: choose another output.dir, or --restart to "
                      "move it aside",
                      path_.string()));
}

void OutputDirectory::prepare(const Job& job, bool restart) const {
  prepare(job.text, resolved_text(job), restart);
}

void OutputDirectory::prepare(const std::string& job, const std::string& resolved,
                              bool restart) const {
  if (restart && fs::exists(path_)) fs::rename(path_, free_name(path_));
  archive::require_writable_directory(path_.string());
  archive::publish_text(file("job.ini"), job);
  archive::publish_text(file("resolved.ini"), resolved);
}

void require_same_job(const std::string& resolved, const Job& job) {
  const std::vector<GivenOption> old = parse_job_text(resolved, "resolved.ini");
  for (const Options* section : job.sections()) {
    for (const ResolvedOption& option : section->all()) {
      const std::string& key = option.spec.name;
      if (may_change_on_resume(section->section(), key)) continue;
      const auto it = std::ranges::find_if(old, [&](const GivenOption& given) {
        return given.section == section->section() && given.key == key;
      });
      if (it == old.end() || it->value == option.value) continue;
      throw UserError(fmt::format(
          "{} is {} in the checkpoint and {} in the job: only draws, walltime, stop and output may "
          "change on resume; choose another output.dir, or --restart to move the old run aside",
          key == "name" ? section->section() : key, it->value, option.value));
    }
  }
}

}  // namespace nmc::drivers
