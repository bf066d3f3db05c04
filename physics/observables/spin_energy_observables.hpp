#pragma once

#include "core/roles/spin_energies.hpp"
#include "physics/observables/observables.hpp"

namespace nmc {

/// As spin_observables(), of spins whose energies alone are known. The target must outlive them.
[[nodiscard]] Observables spin_energy_observables(const SpinEnergies& target);

}  // namespace nmc
