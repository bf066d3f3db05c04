#pragma once

#include "drivers/plan/plan.hpp"

namespace nmc::drivers {

/// What a search will cost, by a few of its steps on this machine, one thread; what they do to the
/// wave function is undone.
struct SearchCost {
  double seconds = 0;  ///< CPU seconds of all steps
  double bytes = 0;    ///< of scores and matrices
};
[[nodiscard]] SearchCost probe_search(const Job& job, const Plan& plan);

}  // namespace nmc::drivers
