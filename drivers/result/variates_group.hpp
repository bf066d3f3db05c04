#pragma once

#include "core/archive/file.hpp"
#include "drivers/plan/plan.hpp"
#include "drivers/sample/sample_phase.hpp"

namespace nmc::drivers {

/// Has the system's control variates measured, where it has some.
void plan_variates(Plan& plan);

/// /control_variates: means over the full bins, [chain, bin], with how many draws a bin has; of a
/// ladder at the system's own temperature.
void write_variates(archive::File& file, const Sampled& sampled, const Plan& plan);

}  // namespace nmc::drivers
