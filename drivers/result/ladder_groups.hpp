#pragma once

#include "core/archive/file.hpp"
#include "drivers/plan/plan.hpp"
#include "drivers/sample/sample_phase.hpp"

namespace nmc::drivers {

/// Writes the attributes of /ladder and, in /swaps, how replicas moved between the temperatures.
void write_ladder(archive::File& file, const Sampled& sampled, const Plan& plan);

}  // namespace nmc::drivers
