#pragma once

#include <string>

namespace nmc {

/// Bytes that this process may still take: what the machine has left, or less where its control
/// group or its limits say so; infinite where nothing does.
[[nodiscard]] double available_memory();

/// What the control groups of a process leave it, of version 2 and of version 1 as clusters have
/// it: `list` as /proc/self/cgroup, `root` as /sys/fs/cgroup. Infinite where nothing limits it.
[[nodiscard]] double memory_left_in_groups(const std::string& list, const std::string& root);

}  // namespace nmc
