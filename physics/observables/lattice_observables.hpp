#pragma once

#include "physics/observables/observables.hpp"
#include "physics/observables/smallest_mode.hpp"

namespace nmc {

/// s_kmin, the structure factor of spins at the smallest wave vector; empty where the lattice has
/// none.
[[nodiscard]] Observables lattice_observables(const Periodic& lattice);

/// correlation_length, the second-moment one, and xi_over_L, in units of the largest extent.
[[nodiscard]] std::vector<Derived> lattice_derived(Index sites, const Periodic& lattice);

}  // namespace nmc
