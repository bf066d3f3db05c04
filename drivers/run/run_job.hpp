#pragma once

#include "drivers/plan/plan.hpp"
#include "drivers/session/launch.hpp"

namespace nmc::drivers {

/// Checks the job and its directory and makes what it stands for; writes nothing. Collective.
[[nodiscard]] Plan prepare_job(const Job& job, const Launch& launch);

/// Carries out the phases and publishes DIR/result.h5. Collective.
void run_job(const Job& job, Plan& plan, const Launch& launch);

}  // namespace nmc::drivers
