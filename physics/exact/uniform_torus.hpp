#pragma once

#include <array>
#include <optional>

#include "core/spins/graph.hpp"

namespace nmc {

/// A ring (extents[1] = 1), or an Lx × Ly torus with one coupling for each direction: what the
/// closed formulas reach.
struct UniformTorus {
  std::array<Index, 2> extents{1, 1};
  std::array<double, 2> J{1, 1};

  [[nodiscard]] bool is_ring() const { return extents[1] == 1; }
  /// Whether the bonds along direction d cannot all be satisfied: an odd ring with J < 0.
  [[nodiscard]] bool is_frustrated(int d) const {
    return extents[static_cast<std::size_t>(d)] % 2 == 1 && J[static_cast<std::size_t>(d)] < 0;
  }
};

/// What the graph is, wherever it comes from, if its sites are numbered as those of a torus are,
/// x fastest; bonds may come in any order. Couplings of 0 make no torus.
[[nodiscard]] std::optional<UniformTorus> uniform_torus(const Graph& graph);

}  // namespace nmc
