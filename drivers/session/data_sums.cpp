#include "drivers/session/data_sums.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "core/archive/sha256.hpp"
#include "core/errors.hpp"

namespace fs = std::filesystem;

namespace nmc::drivers {
namespace {

/// The file of FILE or FILE:DATASET; "" where the value names none, as the name of a sampler.
std::string file_in(const std::string& value) {
  std::error_code ignored;
  for (const std::string& path : {value, value.substr(0, value.rfind(':'))})
    if (fs::is_regular_file(path, ignored)) return path;
  return "";
}

/// Tasks of a sweep that learn from one file read it once.
std::string file_sum(const std::string& path) {
  using Version = std::pair<std::string, fs::file_time_type>;
  static std::map<Version, std::string> known;
  std::string& sum = known[{path, fs::last_write_time(path)}];
  if (sum.empty()) sum = archive::sha256_of_file(path);
  return sum;
}

/// What the line of a key begins with, before the sum.
std::string head_of(const std::string& key) {
  return fmt::format("# sha256 {} ", key);
}

/// Whether the directory has a network of its own, which is read in place of model.file.
bool has_own_network(const Job& job) {
  std::error_code ignored;
  return fs::exists(job.directory() / "model.h5", ignored);
}

template <class Look>
void for_each_file(const Job& job, const Look& look) {
  for (const Options* section : {&job.system, &job.train, &job.model, &job.sampler, &job.anneal})
    for (const ResolvedOption& option : section->all()) {
      if (option.spec.path == PathForm::none) continue;
      if (section == &job.model && option.spec.name == "file" && has_own_network(job)) continue;
      if (const std::string file = file_in(option.value); !file.empty())
        look(fmt::format("{}.{}", section->section(), option.spec.name), file);
    }
}

}  // namespace

std::string data_sums(const Job& job) {
  std::string text;
  for_each_file(job, [&](const std::string& key, const std::string& file) {
    text += head_of(key) + file_sum(file) + "\n";
  });
  return text;
}

bool holds_data_sums(const std::string& resolved) {
  return resolved.find("\n# sha256 ") != std::string::npos;
}

void require_same_data(const std::string& resolved, const Job& job) {
  for_each_file(job, [&](const std::string& key, const std::string& file) {
    const std::string head = "\n" + head_of(key), sum = file_sum(file);
    const std::size_t at = resolved.find(head);
    if (at == std::string::npos) return;
    require(resolved.compare(at + head.size(), sum.size(), sum) == 0,
            fmt::format("{}: {} does not hold what the run in this directory began with: bring the "
                        "old file back, choose another output.dir, or --restart to move the old "
                        "run aside",
                        key, file));
  });
}

}  // namespace nmc::drivers
