#pragma once

#include <string>

#include "core/statistics/chains.hpp"
#include "drivers/plan/plan.hpp"
#include "drivers/session/session.hpp"

/// Chains of the system's classical sampler, which know nothing of the network: where its chains
/// begin, and what it is held against. They depend on the seed, their purpose and the chain alone,
/// and on none of the numbers of the run's own chains.
namespace nmc::drivers {

/// What configurations of the target say of a network.
struct ForwardDraws {
  std::string sampler;            ///< "swendsen_wang"
  statistics::Chains log_weight;  ///< ln p − ln q, (draws, chains)
  statistics::Chains log_p;       ///< the same shape
};

/// Where the chains of `rows` (global) begin, (rows, sites), in the run's sampler's own space:
/// after the warm-up of the classical sampler, at every temperature of a ladder. Collective.
[[nodiscard]] Batch classical_start(const Plan& plan, const Session& session, Range rows);

/// run.forward configurations of the target, weighed against the plan's network. Collective.
[[nodiscard]] ForwardDraws forward_draws(const Job& job, const Plan& plan, const Session& session);

}  // namespace nmc::drivers
