#pragma once

#include "core/spins/graph.hpp"
#include "physics/exact/answer.hpp"
#include "physics/graphs/lattice.hpp"

namespace nmc {

/// φ⁴ on small two-dimensional tori, conventions.md section 5, with its narrower side 2, 3 or 4:
/// lnZ, m2 = ⟨(Σφ/V)²⟩, phi4 = ⟨φ⁴⟩ and action = ⟨S/V⟩ to about nine digits. The bond factor
/// e^{−(φ−φ')²}, with the sites' weights, is expanded in its eigenfunctions, whose eigenvalues fall
/// fast; what is left is the trace of a power of a small matrix between rows. Other lattices
/// without interaction: exact_free_field().
[[nodiscard]] ExactAnswer exact_phi4(const Lattice& lattice, double m_squared, double lambda,
                                     const ExactEffort& effort = {});

}  // namespace nmc
