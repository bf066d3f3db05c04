#pragma once

#include "core/archive/file.hpp"
#include "drivers/plan/plan.hpp"
#include "drivers/sample/sample_phase.hpp"

namespace nmc::drivers {

/// Writes /correlations: the structure factor over all wave vectors [… k_y, k_x] and the two-point
/// function [… y, x], each with its error over chains; of glasses also those of the overlap.
void write_correlations(archive::File& file, const Sampled& sampled, const Plan& plan);

}  // namespace nmc::drivers
