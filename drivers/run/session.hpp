#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "core/parallel/ranks.hpp"
#include "core/parallel/threads.hpp"
#include "drivers/job/job.hpp"
#include "drivers/run/directory.hpp"
#include "drivers/run/progress.hpp"
#include "drivers/run/stop_request.hpp"

namespace nmc::drivers {

/// What the phases of one run share: the processes, the directory, the clock and the wish to stop.
class Session {
 public:
  /// `seconds_before` of the wall-time limit are gone already (earlier tasks of a sweep).
  Session(const Job& job, const Ranks& ranks, std::string command, double seconds_before = 0);

  [[nodiscard]] const Ranks& ranks() const { return ranks_; }
  [[nodiscard]] const Threads& threads() const { return threads_; }
  [[nodiscard]] const OutputDirectory& directory() const { return directory_; }
  [[nodiscard]] const std::string& command() const { return command_; }
  [[nodiscard]] Progress& progress() { return progress_; }
  /// "L8 b0.4407": what tells this job from others in a progress line.
  [[nodiscard]] const std::string& tag() const { return tag_; }

  /// Wall time since the session began.
  [[nodiscard]] double seconds() const;
  /// Whether a signal or the wall-time limit asks for a checkpoint and the end; the same answer on
  /// every rank. Collective.
  [[nodiscard]] bool must_stop() const;
  /// Whether the time between checkpoints has passed since the last true answer. Collective.
  [[nodiscard]] bool is_checkpoint_due();

  /// Does `action` on rank 0; what it throws is thrown on every rank. Collective.
  void on_root(const std::function<void()>& action) const;
  /// A line of log.jsonl: an event with the time. Rank 0 alone writes.
  void log(const std::string& event, const std::string& json_members = "") const;
  /// Replaces status.json: phase ("train", "sample", "done", "stopped", "failed"), done of total.
  void status(const std::string& phase, double done, double total) const;

 private:
  using Clock = std::chrono::steady_clock;
  const Ranks& ranks_;
  Threads threads_;
  OutputDirectory directory_;
  std::string command_;
  std::string tag_;
  Progress progress_;
  StopRequest stop_;
  double checkpoint_seconds_;
  double walltime_seconds_;
  double seconds_before_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_checkpoint_ = Clock::now();
};

}  // namespace nmc::drivers
