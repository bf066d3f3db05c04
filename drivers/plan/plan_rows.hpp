#pragma once

#include "core/chain_rows.hpp"
#include "drivers/plan/plan.hpp"

namespace nmc::drivers {

/// The rows of a job's chains, of all ranks.
[[nodiscard]] inline ChainRows rows_of(const Plan& plan) {
  return {plan.simulation.chains, rows_per_chain(plan)};
}

}  // namespace nmc::drivers
