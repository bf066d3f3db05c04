#pragma once

#include "drivers/run/plan.hpp"
#include "drivers/run/session.hpp"

namespace nmc::drivers {

/// ln w = ln p - ln q of run.importance fresh draws of the plan's network, the same on every rank.
/// Collective.
[[nodiscard]] Column importance_weights(const Job& job, const Plan& plan, const Session& session);

}  // namespace nmc::drivers
