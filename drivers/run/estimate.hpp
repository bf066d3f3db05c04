#pragma once

#include "drivers/plan/plan.hpp"

namespace nmc::drivers {

/// CPU seconds of one thread for a whole phase and the memory that it takes, from a small part of
/// it that was run and timed.
struct Estimate {
  double seconds = 0;
  double low = 0, high = 0;  ///< what the fastest and the slowest pieces would make of it
  double bytes = 0;
  double report_seconds = 0;  ///< of the table that a run ends with, without exact values
};

/// CPU seconds that an estimate may cost, twice.
inline constexpr double kProbeSeconds = 1;

/// Times steps of the training, for those that are still to do; the network is as it was
/// afterwards. `workers`: threads that the job is for, on which its memory depends.
[[nodiscard]] Estimate estimate_training(const Job& job, const Plan& plan,
                                         double budget = kProbeSeconds, int workers = 1);
/// Runs some chains as the job does, warm-up with its tuning first and then draws: a start says
/// nothing about clusters that have yet to grow. The sampler is tuned by it.
[[nodiscard]] Estimate estimate_sampling(const Plan& plan, double budget = kProbeSeconds);
/// Fresh draws of the network after the sampling.
[[nodiscard]] Estimate estimate_importance(const Job& job, const Plan& plan);

}  // namespace nmc::drivers
