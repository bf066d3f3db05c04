#pragma once

#include "drivers/plan/plan.hpp"
#include "drivers/session/session.hpp"

namespace nmc::drivers {

/// run.importance fresh draws of the plan's network, the same on every rank.
struct ImportanceDraws {
  Column log_weight{};  ///< ln w = ln p - ln q
  Column energy{};      ///< of Boltzmann densities at beta > 0, else (0)
};
/// Collective.
[[nodiscard]] ImportanceDraws importance_draws(const Job& job, const Plan& plan,
                                               const Session& session);

}  // namespace nmc::drivers
