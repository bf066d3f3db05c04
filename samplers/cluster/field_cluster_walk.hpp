#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "core/fields/lattice_field.hpp"

namespace nmc {

/// One cluster of the signs of a field at a time (Brower and Tamayo, Phys. Rev. Lett. 62 (1989)
/// 1087; single clusters as Wolff 1989): at fixed moduli the action of φ = σ |φ| is that of Ising
/// spins with β J_ij = 2 J |φ_i φ_j|, so that neighbours of equal sign join with probability
/// 1 − e^{−4 J φ_i φ_j}. The signs turn as they join.
template <class Random>
class FieldClusterWalk {
 public:
  explicit FieldClusterWalk(const FieldStencil& stencil)
      : stencil_(stencil), queue_(static_cast<std::size_t>(stencil.sites + stencil.degree) + 1) {}

  /// Turns one cluster of φ, (sites). Returns its size.
  Index turn_one(double* phi, Random& random) {
    const auto degree = static_cast<std::size_t>(stencil_.degree);
    std::int32_t* queue = queue_.data();
    queue[0] = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(stencil_.sites)));
    phi[queue[0]] = -phi[queue[0]];
    Index end = 1;
    for (Index head = 0; head < end; ++head) {
      const auto site = static_cast<std::size_t>(queue[head]);
      const double four = -4 * phi[site];  // it has turned already
      const std::int32_t* neighbour = stencil_.neighbour.data() + site * degree;
      const double* J = stencil_.J.data() + site * degree;
      random.reserve(degree);
      // Members have the other sign by now: their exponent is negative. No branch: whether a bond
      // is there is a coin that no predictor knows.
      for (std::size_t k = 0; k < degree; ++k) {
        double& there = phi[neighbour[k]];
        const bool joins = random.is_open_exponent(four * J[k] * there);
        queue[end] = neighbour[k];
        end += static_cast<Index>(joins);
        there = joins ? -there : there;
      }
    }
    return end;
  }

 private:
  const FieldStencil& stencil_;
  std::vector<std::int32_t> queue_;  ///< sites of the cluster in the order in which they joined
};

}  // namespace nmc
