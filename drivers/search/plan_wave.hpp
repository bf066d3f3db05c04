#pragma once

#include "drivers/plan/plan.hpp"
#include "drivers/session/launch.hpp"
#include "models/wave/ground_state_search.hpp"

namespace nmc::drivers {

/// Makes the wave function of a job with mode = ground_state, or reads that of its directory or of
/// model.file, and measures the system by it. UserError where it is of another system, and where
/// the matrices of its search do not fit into run.memory.
void make_wave(const Job& job, const Launch& launch, Plan& plan);

/// Its sampler.
[[nodiscard]] catalog::SamplerParts wave_sampler(const Job& job, const Plan& plan);

/// Publishes the wave function of a job as a model file that says what it was found for.
void publish_wave(const std::string& path, const Job& job, const WaveFunction& psi);

/// The options of [ground_state] for a wave function of so many parameters.
[[nodiscard]] SearchOptions search_options(const Job& job, Index parameters);

}  // namespace nmc::drivers
