#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/archive/directory_lock.hpp"
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
  /// Moves those of these files that are there, in this order, into a new directory of that name,
  /// or NAME.1, … within this one; its path, "" where there were none. A call that was cut short
  /// is ended by the next one.
  [[nodiscard]] std::string set_aside(const std::vector<std::string>& files,
                                      const std::string& name) const;
  using Say = std::function<void(const std::string&)>;
  /// Makes it and takes it for this process, moves an old one aside for a restart, and writes
  /// job.ini and resolved.ini. UserError, with its owner, where a run lives in it. Call it after
  /// check(), from one process; `say` is told of owners that are gone.
  [[nodiscard]] std::unique_ptr<archive::DirectoryLock> prepare(const Job& job, bool restart,
                                                                const Say& say) const;
  /// The same of a sweep, none of whose tasks may live.
  [[nodiscard]] std::unique_ptr<archive::DirectoryLock> prepare(const Sweep& sweep,
                                                                const std::string& resolved,
                                                                bool restart, const Say& say) const;

 private:
  /// Text of resolved.ini; "" where the directory is new or about to be moved aside.
  [[nodiscard]] std::string resolved(bool restart) const;
  [[nodiscard]] bool is_empty() const;
  void move_aside(const Say& say) const;
  [[nodiscard]] std::unique_ptr<archive::DirectoryLock> take(bool restart, const Say& say) const;
  void write_texts(const std::string& job, const std::string& resolved) const;
  std::filesystem::path path_;
};

/// Throws UserError, naming the first value that differs, unless the job `resolved` (the text of a
/// resolved.ini) may be continued as `job`.
void require_same_job(const std::string& resolved, const Job& job);

}  // namespace nmc::drivers
