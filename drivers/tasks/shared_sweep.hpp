#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/archive/directory_lock.hpp"
#include "core/options/options.hpp"
#include "drivers/session/run_status.hpp"

namespace nmc::drivers {

/// The directory of a sweep in which several processes work at once, each on tasks of its own,
/// whose directories have their own locks. What lies beside the tasks is written by one process at
/// a time, which holds DIR/run.lock for a moment; a process that runs the whole sweep holds it to
/// its end, and is told from the others by the phase in status.json. For rank 0.
class SharedSweep {
 public:
  /// Of a job's values as given, all of its tasks.
  SharedSweep(std::filesystem::path directory, std::vector<GivenOption> given)
      : directory_(std::move(directory)), given_(std::move(given)) {}

  /// Makes the directory that of this sweep, whoever comes first; writes job.ini (`text`),
  /// resolved.ini and status.json. UserError where it is another's: values differ from those it was
  /// begun with, or its tasks differ and one of them is at work.
  void join(const std::string& text, const std::string& resolved, const RunStatus& status) const;

  /// Publishes what this process is at, as status.json of the sweep, and as an event. UserError
  /// where a process runs the whole sweep by now.
  void note(const RunStatus& status, const std::string& event) const;

  /// Takes the texts of tasks that are done into those of the sweep.
  void pack(const std::vector<std::string>& tasks) const;

  /// Counts the tasks that are done; where none is left, writes sweep.h5. To be called after the
  /// last task of every process: who is last finds all.
  [[nodiscard]] RunStatus finish(RunStatus status) const;

 private:
  [[nodiscard]] std::unique_ptr<archive::DirectoryLock> hold() const;
  [[nodiscard]] bool is_run_as_a_whole() const;
  void require_same(const std::vector<GivenOption>& old) const;
  void write(const RunStatus& status, const std::string& event) const;

  std::filesystem::path directory_;
  std::vector<GivenOption> given_;
};

}  // namespace nmc::drivers
