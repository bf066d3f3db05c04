#pragma once

#include <string>

#include "drivers/plan/plan.hpp"

namespace nmc::drivers {

/// A short run of a plan's sampler, on one thread and without files.
struct Pilot {
  Index chains = 0, draws = 0;  ///< of each chain
  double cpu_seconds = 0;       ///< warm-up included
  double warmup_seconds = 0;
  std::string observable;  ///< the slowest one
  double tau = 0;          ///< its tau_int in draws; NaN where no chain of it moved
  bool is_short = false;   ///< tau is a lower bound
};

/// As many draws as take about so many CPU seconds.
[[nodiscard]] Pilot run_pilot(const Plan& plan, double seconds);

}  // namespace nmc::drivers
