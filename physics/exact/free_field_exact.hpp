#pragma once

#include "physics/exact/answer.hpp"
#include "physics/graphs/lattice.hpp"

namespace nmc {

/// φ⁴ without interaction, S = Σ_bonds (φ_i − φ_j)² + m² Σ φ_i² with m² > 0, on any hypercubic
/// lattice: Z = Π_k √(π / (m² + ω_k)), ω_k the eigenvalues of the lattice's Laplacian, sums of
/// those of its directions: 2 − 2 cos(2πn/L) of a ring, 2 − 2 cos(πn/L) of a line. Also
/// m2 = 1 / (2 m² V), action = ½, and on a torus phi4 = 3 ⟨φ²⟩².
[[nodiscard]] Exact exact_free_field(const Lattice& lattice, double m_squared);

}  // namespace nmc
