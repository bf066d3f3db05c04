#pragma once

#include <optional>

#include "core/spins/graph.hpp"
#include "physics/exact/answer.hpp"

namespace nmc {

/// The ground state of transverse_ising() on a chain, where the graph is one without fields and
/// plaquettes: free fermions (Lieb, Schultz and Mattis, Ann. Phys. 16, 407 (1961); Pfeuty, Ann.
/// Phys. 57, 79 (1970)).
///   open, any couplings:  E = −Σ of the singular values of the matrix with h on its diagonal and
///   the J beside it, and the gap is twice the smallest;
///   ring, one |J|, not frustrated:  E = −Σ ε(k), ε = √(J² + h² − 2 J h cos k), k = (2 m + 1) π/N.
/// Energy, gap and, of a ring, mx. Nothing where the graph is none of these, or where it would take
/// more than the effort.
[[nodiscard]] std::optional<Exact> free_fermions(const Graph& graph, double transverse_field,
                                                 const ExactEffort& effort = {});

}  // namespace nmc
