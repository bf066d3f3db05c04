#include "core/parallel/available_memory.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace nmc {
namespace {

namespace fs = std::filesystem;

std::optional<double> number_in(const fs::path& path) {
  std::ifstream file(path);
  double value = 0;
  if (file >> value) return value;
  return std::nullopt;
}

// Of lines "MemAvailable:   22912408 kB" and "inactive_file 4096".
std::optional<double> number_after(const fs::path& path, const std::string& word) {
  std::ifstream file(path);
  for (std::string name; file >> name;) {
    double value = 0;
    if (name == word && file >> value) return value;
  }
  return std::nullopt;
}

double left_on_machine() {
  constexpr double kKilobyte = 1024;
  const auto left = number_after("/proc/meminfo", "MemAvailable:");
  return left ? *left * kKilobyte : std::numeric_limits<double>::infinity();
}

// The least that this group or one above it leaves; pages of files that nobody reads are given
// back.
double left_in_group() {
  double least = std::numeric_limits<double>::infinity();
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    if (!line.starts_with("0::")) continue;
    const fs::path root = "/sys/fs/cgroup";
    for (fs::path group = root / fs::path(line.substr(3)).relative_path();;
         group = group.parent_path()) {
      const auto most = number_in(group / "memory.max"), used = number_in(group / "memory.current");
      const auto idle = number_after(group / "memory.stat", "inactive_file");
      if (most && used) least = std::min(least, *most - *used + idle.value_or(0));
      if (group == root || !group.has_relative_path()) break;
    }
  }
  return least;
}

double left_of_limits() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return std::numeric_limits<double>::infinity();
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

double available_memory() {
  return std::max(0.0, std::min({left_on_machine(), left_in_group(), left_of_limits()}));
}

}  // namespace nmc
