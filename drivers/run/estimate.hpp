#pragma once

#include "drivers/run/plan.hpp"

namespace nmc::drivers {

/// Chains of the one step that is timed.
inline constexpr Index kProbeChains = 64;

/// CPU seconds of one thread for the whole phase, from one step that is run and timed, and the
/// memory that the phase takes.
struct Estimate {
  double seconds = 0;
  double bytes = 0;
};

[[nodiscard]] Estimate estimate_training(const Job& job, const Plan& plan);
[[nodiscard]] Estimate estimate_sampling(const Plan& plan);

}  // namespace nmc::drivers
