#pragma once

#include <string>
#include <vector>

#include "core/parallel/bell.hpp"
#include "drivers/session/directory.hpp"
#include "drivers/session/job_end.hpp"
#include "drivers/session/launch.hpp"
#include "drivers/session/run_status.hpp"
#include "drivers/session/stop_file.hpp"
#include "drivers/session/stop_request.hpp"
#include "drivers/tasks/task_claims.hpp"
#include "drivers/tasks/task_outcome.hpp"

namespace nmc::drivers {

/// Tasks of a sweep that are not done yet, and what all processes know of it.
struct OpenTasks {
  const Sweep* sweep = nullptr;
  std::vector<std::size_t> places;    ///< in sweep->tasks, in order
  std::vector<std::size_t> finished;  ///< those with a result of this job
  std::size_t done = 0;               ///< of the sweep, before these
  std::size_t failed = 0;
  std::string started{};  ///< UTC, of the run
  int ranks = 1;          ///< of the run
  int most_ranks = 1;     ///< that every one of them can use together
  [[nodiscard]] const Job& task(std::size_t place) const { return sweep->tasks[place]; }
};

/// What status.json says of it, before anybody has begun.
[[nodiscard]] RunStatus sweep_status(const OpenTasks& open);

/// Ranks that work together at one task after another, beside other groups, until none is left that
/// nobody has taken. All functions but the constructor are collective among its ranks.
class TaskGroup {
 public:
  /// `launch.ranks` are those of the group; `bell` is that of all.
  TaskGroup(const OpenTasks& open, const Launch& launch, const TaskClaims& claims, Bell& bell);

  /// What came of those that this group took, on its rank 0. A task that is not done because
  /// `bell` says that others wait has no outcome. Rings for `stop` where it was asked to stop.
  [[nodiscard]] std::vector<TaskOutcome> work();

 private:
  [[nodiscard]] bool work_at(std::size_t i);
  void carry_out(const Job& task);
  void conclude(const TaskOutcome& outcome);
  [[nodiscard]] bool must_make_room(double seconds_left);
  [[nodiscard]] bool is_asked_to_stop();
  void require_time();
  void note(const std::string& event, const std::string& task) const;

  const OpenTasks& open_;
  Launch launch_;
  const TaskClaims& claims_;
  Bell& bell_;
  OutputDirectory directory_;
  WallLimit limit_;
  StopRequest stop_;
  StopFile stop_file_;
  bool makes_room_ = false;
  std::vector<TaskOutcome> outcomes_;
};

}  // namespace nmc::drivers
