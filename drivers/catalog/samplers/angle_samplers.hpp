#pragma once

#include "drivers/catalog/entries/entry.hpp"

/// Samplers of angles under the names of those of spins and real numbers, to which their entries
/// turn where the system is made of angles.
namespace nmc::catalog {

[[nodiscard]] SamplerParts make_angle_metropolis(const Options& options, const System& system);
[[nodiscard]] SamplerParts make_angle_heat_bath(const Options& options, const System& system);
[[nodiscard]] SamplerParts make_angle_wolff(const Options& options, const System& system);
/// Fails where the job gives a key of hmc that angles do not have.
void check_angle_hmc(const Options& options, const System& system);

[[nodiscard]] SamplerEntry overrelaxation_entry();

}  // namespace nmc::catalog
