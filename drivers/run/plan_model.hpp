#pragma once

#include "drivers/plan/plan.hpp"
#include "drivers/session/launch.hpp"

namespace nmc::drivers {

/// Fills in the plan's network and whether it is trained: that of the directory, which goes on
/// where the job asks for more, or that of model.file, or a new one. UserError where the verb
/// needs a trained one and there is none.
void make_model(const Job& job, const Launch& launch, Plan& plan);

}  // namespace nmc::drivers
