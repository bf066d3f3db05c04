#pragma once

#include "drivers/plan/plan.hpp"

namespace nmc::drivers {

/// Columns that a simulation measures: the observables and the statistics of its sampler.
[[nodiscard]] Index measured_columns(const Plan& plan);

/// Draws of all chains between two checkpoints that run.memory has room for, together with the
/// copies that are made of them on their way to the disk; at least 1.
[[nodiscard]] Index most_held_draws(const Plan& plan);

}  // namespace nmc::drivers
