#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace nmc::drivers {

/// Which tasks of a sweep are at work, in a directory that all processes of a run see: who makes
/// the file of a task has it. It takes no message of MPI, so that nobody waits for a process that
/// is deep in its work.
class TaskClaims {
 public:
  /// `directory` is made by one process, with begin(), before others look.
  explicit TaskClaims(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// Makes the directory anew, with nothing claimed.
  void begin() const;
  /// Takes it away.
  void end() const;

  /// Whether this process has task `task` from now on, and no other. UserError where the directory
  /// cannot be written.
  [[nodiscard]] bool take(std::size_t task) const;
  /// What has been taken is done, or has failed.
  void finish(std::size_t task, bool has_failed) const;

  struct Count {
    std::size_t done = 0, failed = 0;
    std::vector<std::size_t> running;  ///< in order
  };
  /// As seen from here: another machine may be seconds behind.
  [[nodiscard]] Count count() const;

 private:
  std::filesystem::path directory_;
};

}  // namespace nmc::drivers
