#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "drivers/job/job.hpp"

namespace nmc::drivers {

/// The end of the job that a batch system started this program for, as the environment says it.
struct QueueEnd {
  double seconds = 0;    ///< from now on; may be past
  std::string variable;  ///< "SLURM_JOB_END_TIME"
};

/// SLURM_JOB_END_TIME (Slurm 23.02 and later: seconds since 1970) or PBS_WALLTIME (Torque: seconds,
/// counted from now on); nothing where neither is set or a number.
[[nodiscard]] std::optional<QueueEnd> queue_end();

/// When a run ends by itself.
struct WallLimit {
  double seconds = 0;  ///< after Launch::began; 0 never
  std::string reason;  ///< to be said at the start; "" where the job says it
};

/// `run.walltime`, or, where that is 0, as long before the end of the batch job as a checkpoint
/// needs: a minute, or a tenth of what is left where that is less.
[[nodiscard]] WallLimit wall_limit(const Options& run, std::chrono::steady_clock::time_point began);

}  // namespace nmc::drivers
