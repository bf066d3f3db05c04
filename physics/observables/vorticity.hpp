#pragma once

#include <vector>

#include "physics/observables/smallest_mode.hpp"

namespace nmc {

/// Whether the lattice is a periodic square one, so that each site has a square of its own.
[[nodiscard]] bool has_vortices(const Periodic& lattice);

/// Vortices and antivortices per site (Kosterlitz and Thouless, J. Phys. C 6, 1181 (1973)): Σ |n|/N
/// over the squares, 2π n = the sum of the differences, each in (−π, π], around a square;
/// (chains) from θ (chains, sites), extents x first.
[[nodiscard]] Column vorticity(const Batch& theta, const std::vector<Index>& extents);

}  // namespace nmc
