#pragma once

#include <string>

namespace nmc::archive {

/// Throws for a write to `path` that failed with errno `reason` (0: the library did not say):
/// Interrupted where the same command goes on once the fault is gone (a disk or a quota that is
/// full, a file system that went read-only or away), else UserError. `part` of the file, "the
/// end", may be empty.
[[noreturn]] void fail_to_write(const std::string& path, int reason, const std::string& part = "");

}  // namespace nmc::archive
