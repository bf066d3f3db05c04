#pragma once

#include <limits>
#include <optional>
#include <string>

#include "core/archive/json_members.hpp"
#include "drivers/json_line.hpp"

namespace nmc::drivers {

/// The phase of a sweep whose tasks several processes run, each some of them.
inline constexpr const char* kTasksPhase = "tasks";

/// What DIR/status.json says of a run.
struct RunStatus {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  std::string state = "running";  ///< running, stopped, failed, done
  std::string phase =
      "start";         ///< train, warmup, sample, anneal, result, sweep, tasks; at the end done
  std::string task{};  ///< of a sweep: the task at work
  std::string unit{};  ///< of done and total: steps, draws, runs, tasks
  double done = 0, total = 0;
  double rate = kNone, eta_seconds = kNone;  ///< units per second, until the end of the phase
  double acceptance = kNone, loss = kNone;
  /// Of the first observable, while sampling.
  std::string observable{};
  double mean = kNone, error = kNone, tau_int = kNone, tau_int_error = kNone, rhat = kNone,
         ess = kNone;
  double failed = 0;  ///< tasks of a sweep
  std::string reason{};
  int ranks = 1, threads = 1;
  std::string started{}, checkpoint{}, updated{};  ///< UTC; "" before the first checkpoint
  std::string host{};
  double pid = 0;
};

[[nodiscard]] JsonLine status_json(const RunStatus& status);
/// Publishes DIR/status.json, with the time and this process.
void write_status(const std::string& path, RunStatus status);
[[nodiscard]] RunStatus status_of(const archive::JsonMembers& members);
/// Nothing where there is no such file.
[[nodiscard]] std::optional<RunStatus> read_status(const std::string& path);

}  // namespace nmc::drivers
