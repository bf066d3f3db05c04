#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "core/archive/directory_lock.hpp"
#include "core/parallel/ranks.hpp"
#include "core/parallel/threads.hpp"
#include "drivers/job/job.hpp"
#include "drivers/session/directory.hpp"
#include "drivers/session/job_end.hpp"
#include "drivers/session/launch.hpp"
#include "drivers/session/progress.hpp"
#include "drivers/session/progress_line.hpp"
#include "drivers/session/run_status.hpp"
#include "drivers/session/stop_file.hpp"
#include "drivers/session/stop_request.hpp"

namespace nmc::drivers {

/// What the phases of one run share: the processes, the directory, the clock, the wish to stop and
/// what others may see of the run in DIR/status.json.
class Session {
 public:
  Session(const Job& job, const Launch& launch);

  [[nodiscard]] const Ranks& ranks() const { return ranks_; }
  [[nodiscard]] const Threads& threads() const { return threads_; }
  [[nodiscard]] const OutputDirectory& directory() const { return directory_; }
  [[nodiscard]] const std::string& command() const { return command_; }
  [[nodiscard]] Progress& progress() { return progress_; }
  /// "L8 b0.4407": what tells this job from others in a progress line.
  [[nodiscard]] const std::string& tag() const { return tag_; }

  /// Makes the directory this process's own, writes job.ini and resolved.ini (see
  /// OutputDirectory::prepare()), does `work`, and notes in status.json and log.jsonl how it ended.
  /// Collective.
  void carry_out(const Job& job, bool restart, const std::function<void()>& work);

  /// Wall time since the session began.
  [[nodiscard]] double seconds() const;
  /// Interrupted where a signal asks this process to stop; for work that only rank 0 does, and that
  /// is done anew when the run is started again.
  void require_unasked() const;

  /// Whether a signal, a file STOP, the wall-time limit, the end of the batch job or ranks that
  /// have nothing to do ask for a checkpoint and the end; the same answer on every rank. The limit
  /// lets every start work for a second, so that a run gets on however long its beginning takes.
  /// Collective.
  [[nodiscard]] bool must_stop();
  /// What the message of a stopped run ends with: "run again to resume".
  [[nodiscard]] std::string way_to_resume() const { return drivers::way_to_resume(stop_file_); }
  /// Whether the time between checkpoints has passed since the last true answer. Collective.
  [[nodiscard]] bool is_checkpoint_due();

  /// Does `action` on rank 0, unless another process has taken the directory; what it throws is
  /// thrown on every rank. Collective.
  void on_root(const std::function<void()>& action) const;
  /// A line of log.jsonl: an event with the time. Rank 0 writes. Collective.
  void log(const std::string& event, const std::string& json_members = "") const;

  /// The functions below are for status.json, which rank 0 alone writes. A phase begins at `done`
  /// of `total` units.
  void begin_phase(const std::string& phase, const std::string& unit, double done, double total);
  /// Where the phase is now; `judge`, which says how good the numbers are, is called where it is
  /// time to write.
  void advance(double done, const std::function<void(RunStatus&)>& judge = {});
  /// How many units the phase will take, as is known better now.
  void expect(double total) { status_.total = total; }
  /// How fast the phase goes, by what this process has done of it.
  [[nodiscard]] Pace pace() const;
  /// A checkpoint of `done` units is on the disk.
  void note_checkpoint(double done);

 private:
  using Clock = std::chrono::steady_clock;
  void note_failure(const std::string& state, const std::string& reason);
  void write_status() const;
  [[nodiscard]] bool makes_room() const;

  const Ranks& ranks_;
  Threads threads_;
  OutputDirectory directory_;
  std::string command_;
  std::string tag_;
  Progress progress_;
  StopRequest stop_;
  StopFile stop_file_;                            ///< looked for by rank 0
  std::unique_ptr<archive::DirectoryLock> lock_;  ///< of rank 0
  double checkpoint_seconds_;
  WallLimit limit_;
  Clock::time_point began_;  ///< of the program
  bool must_work_;           ///< whether the wall-time limit waits for a second of work
  std::function<bool(double)> must_make_room_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_checkpoint_ = Clock::now();
  RunStatus status_;
  double phase_began_ = 0;  ///< seconds()
  double phase_first_ = 0;  ///< units
  double next_status_ = 0, status_interval_ = 0;
};

}  // namespace nmc::drivers
