#include "drivers/session/directory.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "core/archive/publish.hpp"
#include "core/options/job_file.hpp"
#include "core/options/paths.hpp"
#include "core/options/sweep_values.hpp"
#include "drivers/job/sections.hpp"
#include "drivers/session/data_sums.hpp"
#include "drivers/session/packed_task.hpp"

namespace fs = std::filesystem;

namespace nmc::drivers {
namespace {

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
  if (restart || !fs::exists(path_) || is_empty()) return "";
  const auto text = stored_job(path_);
  require(text.has_value(),
          fmt::format("{} holds files that are no run of nmc: choose another output.dir",
                      path_.string()));
  return *text;
}

void OutputDirectory::check(const Job& job, bool restart) const {
  const std::string old = resolved(restart);
  require(!has_sweep(parse_job_text(old, "resolved.ini")),
          fmt::format("{} holds a sweep and the job is none: choose another output.dir, or "
                      "--restart to move the sweep aside",
                      path_.string()));
  require_same_job(old, job);
  require_same_data(old, job);
}

void OutputDirectory::check_sweep(bool restart) const {
  const std::string old = resolved(restart);
  require(old.empty() || has_sweep(parse_job_text(old, "resolved.ini")),
          fmt::format("{} holds a run without a sweep: choose another output.dir, or --restart to "
                      "move it aside",
                      path_.string()));
}

// resolved.ini is the first file of a run: one that was killed before leaves its lock alone, and
// what it had not renamed yet.
bool OutputDirectory::is_empty() const {
  return std::ranges::all_of(fs::directory_iterator(path_), [](const fs::directory_entry& entry) {
    return entry.path().filename() == archive::kLockFile ||
           archive::is_temporary(entry.path().filename().string());
  });
}

void OutputDirectory::move_aside(const Say& say) const {
  if (!fs::exists(path_)) return;
  archive::DirectoryLock lock(path_.string(), {.say = say});
  const fs::path aside = free_name(path_);
  fs::rename(path_, aside);
  lock.moved_to(aside.string());
}

std::string OutputDirectory::set_aside(const std::vector<std::string>& files,
                                       const std::string& name) const {
  std::vector<std::string> there;
  for (const std::string& file : files)
    if (has(file)) there.push_back(file);
  if (there.empty()) return "";
  fs::path aside = path_ / name;
  const bool is_taken =
      std::ranges::any_of(there, [&](const std::string& file) { return fs::exists(aside / file); });
  if (is_taken) aside = free_name(aside);
  fs::create_directory(aside);
  for (const std::string& file : there) fs::rename(path_ / file, aside / file);
  return aside.string();
}

std::unique_ptr<archive::DirectoryLock> OutputDirectory::take(bool restart, const Say& say) const {
  std::unique_ptr<archive::DirectoryLock> lock;
  // Another start may have come between the directory that was moved and the lock of the new one.
  do {
    lock.reset();
    if (restart) move_aside(say);
    archive::require_writable_directory(path_.string());
    lock = std::make_unique<archive::DirectoryLock>(path_.string(),
                                                    archive::DirectoryLock::Options{.say = say});
  } while (restart && !is_empty());
  // Of starts that were killed; nobody else writes here now.
  archive::remove_temporaries(path_.string());
  archive::remove_temporaries((path_ / "parts").string());
  return lock;
}

void OutputDirectory::write_texts(const std::string& job, const std::string& resolved) const {
  // In this order: a directory with resolved.ini is a run that can be gone on with.
  archive::publish_text(file("resolved.ini"), resolved);
  archive::publish_text(file("job.ini"), job);
}

std::unique_ptr<archive::DirectoryLock> OutputDirectory::prepare(const Job& job, bool restart,
                                                                 const Say& say) const {
  auto lock = take(restart, say);
  check(job, false);  // another run may have come and gone since
  write_texts(job.text, resolved_text(job) + data_sums(job));
  return lock;
}

std::unique_ptr<archive::DirectoryLock> OutputDirectory::prepare(const Sweep& sweep,
                                                                 const std::string& resolved,
                                                                 bool restart,
                                                                 const Say& say) const {
  if (restart) {
    archive::require_free_directory(path_.string());
    for (const Job& task : sweep.tasks) archive::require_free_directory(task.directory().string());
  }
  auto lock = take(restart, say);
  check_sweep(false);
  // Processes that run some of its tasks.
  for (const Job& task : sweep.tasks) archive::require_free_directory(task.directory().string());
  write_texts(sweep.text, resolved);
  return lock;
}

namespace {

// How the network that is there can be used otherwise than it was.
std::string way_to_network(const Job& job, const std::string& section) {
  const fs::path network = job.directory() / "model.h5";
  if (!fs::exists(network) || (section != "sampler" && section != "run" && section != "train"))
    return "";
  const std::string file = " and, for its network, model.file = " + network.string();
  return section == "train" ? file + " and train.continue = true" : file;
}

/// Jobs that learn a machine or a state have no draws, and all of their steps are one thing.
std::string what_may_change(const Job& job) {
  const std::string& section = job.train.section();
  if (section == "learn" || section == "tomography")
    return fmt::format("only walltime, checkpoint and output may change on resume, nothing of [{}]",
                       section);
  const std::string most = "only draws, walltime, stop and output may change on resume";
  return section == "train" ? most + ", and train.steps may grow" : most;
}

std::string said(const std::string& value) {
  return value.empty() ? "not given" : value;
}

}  // namespace

void require_same_job(const std::string& resolved, const Job& job) {
  const std::vector<GivenOption> old = parse_job_text(resolved, "resolved.ini");
  for (const Options* section : job.sections()) {
    for (const ResolvedOption& option : section->all()) {
      const std::string& key = option.spec.name;
      if (may_change_on_resume(section->section(), key)) continue;
      const auto it = std::ranges::find_if(old, [&](const GivenOption& given) {
        return given.section == section->section() && given.key == key;
      });
      if (it == old.end() || canonical_value(it->value) == canonical_value(stored_value(option)))
        continue;
      throw UserError(fmt::format(
          "{} is {} in the checkpoint and {} in the job: {}; choose another output.dir{}, or "
          "--restart to move the old run aside",
          key == "name" ? section->section() : key, said(it->value), said(stored_value(option)),
          what_may_change(job), way_to_network(job, section->section())));
    }
  }
}

}  // namespace nmc::drivers
