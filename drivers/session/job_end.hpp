#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/options/options.hpp"
#include "core/parallel/ranks.hpp"

namespace nmc::drivers {

/// The end of the job that a batch system started this program for.
struct JobEnd {
  using Clock = std::chrono::steady_clock;
  std::optional<Clock::time_point> at{};  ///< nothing where there is none, or none is known
  std::string source{};                   ///< that says it: "SLURM_JOB_END_TIME"
  std::string warning{};                  ///< why it is not known where it should be
};

/// From SLURM_JOB_END_TIME (Slurm 23.02 and later: seconds since 1970), PBS_WALLTIME (Torque:
/// seconds, counted from now on), or where SLURM_JOB_ID alone is there from `squeue`, which is
/// asked once. Rank 0 looks, and only where `run.walltime` of these values sets no limit.
/// Collective.
[[nodiscard]] JobEnd find_job_end(const Options& run, const Ranks& ranks);

/// When a run ends by itself.
struct WallLimit {
  double seconds = 0;  ///< after Launch::began; 0 never
  std::string note;    ///< to be said at the start; "" where the job says it
};

/// `run.walltime`, or, where that is 0, as long before the end of the batch job as a checkpoint
/// needs: a minute, or a tenth of what is left where that is less.
[[nodiscard]] WallLimit wall_limit(const Options& run, const JobEnd& end,
                                   JobEnd::Clock::time_point began);

}  // namespace nmc::drivers
