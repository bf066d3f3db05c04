#pragma once

#include <functional>

#include "core/archive/file.hpp"
#include "drivers/plan/plan.hpp"
#include "drivers/sample/sample_phase.hpp"

namespace nmc::drivers {

/// Writes /ground_state, attributes: the lowest energy of a run of spins and how often it was
/// found. Nothing where the energy was not measured, or averaged over bins.
/// The draws are in the file already; `poll` is called as they are read, and may throw.
void write_ground_state(archive::File& file, const Sampled& sampled, const Plan& plan,
                        const std::function<void()>& poll);

}  // namespace nmc::drivers
