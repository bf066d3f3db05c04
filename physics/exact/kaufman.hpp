#pragma once

#include "core/spins/graph.hpp"
#include "physics/exact/answer.hpp"
#include "physics/exact/uniform_torus.hpp"

namespace nmc {

/// Lx × Ly torus, Lx, Ly >= 2, with a coupling of any sign for each direction (Kaufman, Phys. Rev.
/// 76, 1232 (1949)), with its first and second derivatives by beta in closed form. Where an extent
/// is even the sign of that direction's coupling is a matter of gauge; along an odd one the signs
/// of two of the γ change, and of the sector in which all spins flip. UserError where that cancels.
[[nodiscard]] Exact kaufman(const UniformTorus& torus, double beta);

/// With one coupling of 1.
[[nodiscard]] inline Exact kaufman(Index lx, Index ly, double beta) {
  return kaufman({{lx, ly}, {1, 1}}, beta);
}

/// Ring of L >= 2 spins: Z = (2 cosh βJ)^L + (2 sinh βJ)^L.
[[nodiscard]] Exact ising_ring(Index extent, double beta, double J = 1);

}  // namespace nmc
