#pragma once

#include <filesystem>
#include <string>

#include "drivers/job/job.hpp"

namespace nmc::drivers {

/// The output directory of a job. Names of its files are those of interface.md.
class OutputDirectory {
 public:
  explicit OutputDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] bool has(const std::string& name) const;

  /// Throws UserError when the directory holds another job or foreign files, or cannot be written.
  /// Changes nothing but, where `restart` is set, nothing that is there matters.
  void check(const Job& job, bool restart) const;
  /// The same for the directory of a sweep; its tasks have directories of their own to check.
  void check_sweep(bool restart) const;
  /// Makes it, moves an old one aside for a restart, and writes job.ini and resolved.ini. Call it
  /// after check(), from one process.
  void prepare(const Job& job, bool restart) const;
  void prepare(const std::string& job, const std::string& resolved, bool restart) const;

 private:
  /// Text of resolved.ini; "" where the directory is new or about to be moved aside.
  [[nodiscard]] std::string resolved(bool restart) const;
  std::filesystem::path path_;
};

/// Throws UserError, naming the first value that differs, unless the job `resolved` (the text of a
/// resolved.ini) may be continued as `job`.
void require_same_job(const std::string& resolved, const Job& job);

}  // namespace nmc::drivers
