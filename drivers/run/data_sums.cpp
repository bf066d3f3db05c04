#include "drivers/run/data_sums.hpp"

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

/// What a line begins with that is followed by the sum.
std::string head_of(const Options& section, const ResolvedOption& option) {
  return fmt::format("# sha256 {}.{} ", section.section(), option.spec.name);
}

template <class Look>
void for_each_file(const Job& job, const Look& look) {
  for (const ResolvedOption& option : job.train.all()) {
    if (option.spec.path == PathForm::none) continue;
    if (const std::string file = file_in(option.value); !file.empty())
      look(head_of(job.train, option), file, option);
  }
}

}  // namespace

std::string data_sums(const Job& job) {
  std::string text;
  for_each_file(job, [&](const std::string& head, const std::string& file, const ResolvedOption&) {
    text += head + file_sum(file) + "\n";
  });
  return text;
}

void require_same_data(const std::string& resolved, const Job& job) {
  for_each_file(
      job, [&](const std::string& head, const std::string& file, const ResolvedOption& option) {
        const std::size_t at = resolved.find("\n" + head);
        if (at == std::string::npos) return;
        if (resolved.compare(at + 1 + head.size(), file_sum(file).size(), file_sum(file)) == 0)
          return;
        throw UserError(fmt::format(
            "{}.{}: {} does not hold what the run in this directory began to learn from: bring "
            "the old file back, choose another output.dir, or --restart to move the old run aside",
            job.train.section(), option.spec.name, file));
      });
}

}  // namespace nmc::drivers
