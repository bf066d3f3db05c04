#pragma once

#include "drivers/plan/plan.hpp"
#include "drivers/session/directory.hpp"

namespace nmc::drivers {

/// UserError where draws that the directory holds were measured otherwise than the job asks for:
/// what was not measured cannot be added to them. Before the first draw anything may change.
void require_same_measurement(const Job& job, const Plan& plan, const OutputDirectory& directory);

}  // namespace nmc::drivers
