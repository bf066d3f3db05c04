#pragma once

#include <string>
#include <vector>

#include "drivers/run/run_job.hpp"
#include "drivers/session/run_status.hpp"

namespace nmc::drivers {

/// How it went with some tasks of a sweep.
struct TasksDone {
  std::vector<std::string> failures;  ///< messages of those that failed for a number
  RunStatus sweep;                    ///< of all tasks; `state` is running where some are left
};

/// Runs the tasks of `part`, some of those of the job `source`, one after the other, each by all
/// ranks, while other processes may run others in the same directory. A task that another process
/// is at is refused, a finished one passed over; who ends last writes sweep.h5. With
/// `launch.restart` these tasks alone are moved aside and begun anew. Collective.
[[nodiscard]] TasksDone run_tasks(const Sweep& part, const JobSource& source, const Launch& launch);

}  // namespace nmc::drivers
