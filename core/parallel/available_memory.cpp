#include "core/parallel/available_memory.hpp"

#include <sys/resource.h>
#include <unistd.h>

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

/// Files of a hierarchy of control groups.
struct Hierarchy {
  fs::path root;
  const char *most, *used, *idle;
};

// The least that a group or one above it leaves; pages of files that nobody reads are given back.
double left_in_group(const Hierarchy& files, const std::string& path) {
  double least = std::numeric_limits<double>::infinity();
  for (fs::path group = files.root / fs::path(path).relative_path();; group = group.parent_path()) {
    const auto most = number_in(group / files.most), used = number_in(group / files.used);
    const auto idle = number_after(group / "memory.stat", files.idle);
    if (most && used) least = std::min(least, *most - *used + idle.value_or(0));
    if (group == files.root || !group.has_relative_path()) return least;
  }
}

double left_of_limits() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return std::numeric_limits<double>::infinity();
  const double pages = number_in("/proc/self/statm").value_or(0);
  return static_cast<double>(limit.rlim_cur) - pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

double memory_left_in_groups(const std::string& list, const std::string& root) {
  const Hierarchy second{root, "memory.max", "memory.current", "inactive_file"};
  const Hierarchy first{fs::path(root) / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
                        "total_inactive_file"};
  double least = std::numeric_limits<double>::infinity();
  std::ifstream groups(list);
  for (std::string line; std::getline(groups, line);) {  // "0::/a/b", "7:cpuset,memory:/a/b"
    const std::size_t names = line.find(':') + 1, path = line.find(':', names) + 1;
    if (names == 0 || path == 0) continue;
    const std::string controllers = "," + line.substr(names, path - 1 - names) + ",";
    const bool is_first = controllers.find(",memory,") != std::string::npos;
    if (is_first || controllers == ",,")
      least = std::min(least, left_in_group(is_first ? first : second, line.substr(path)));
  }
  return least;
}

double available_memory() {
  const double in_groups = memory_left_in_groups("/proc/self/cgroup", "/sys/fs/cgroup");
  return std::max(0.0, std::min({left_on_machine(), in_groups, left_of_limits()}));
}

}  // namespace nmc
