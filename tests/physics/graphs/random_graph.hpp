#pragma once

#include <array>
#include <cstdint>

#include "core/spins/graph.hpp"

namespace nmc {

/// Small graphs with everything a Hamiltonian can have, from a linear congruential generator.
class RandomGraphs {
 public:
  /// 0 … n − 1.
  Index below(Index n) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<Index>((state_ >> 33) % static_cast<std::uint64_t>(n));
  }
  /// A multiple of 1/1024 in (−1, 1), or of 1/4 where commensurate energies are wanted.
  double coupling() {
    return is_coarse ? static_cast<double>(below(7) - 3) / 4
                     : static_cast<double>(below(2047) - 1023) / 1024 + 1e-5;
  }
  Graph next(Index sites, bool has_fields, bool has_plaquettes) {
    Graph graph;
    graph.sites = sites;
    for (Index k = 0; k < 2 * sites; ++k) {
      const Index i = below(sites), j = below(sites);
      if (i != j) graph.bonds.push_back({i, j, coupling()});
    }
    if (has_fields)
      for (Index i = 0; i < sites; ++i) graph.field.push_back(coupling());
    for (Index k = 0; has_plaquettes && k < sites; ++k) {
      const Index i = below(sites - 4), gap = 1 + below(2);
      graph.plaquettes.push_back({{i + gap, i, i + gap + 1, i + gap + 2}, coupling()});
    }
    return graph;
  }
  bool is_coarse = false;

 private:
  std::uint64_t state_ = 1;
};

}  // namespace nmc
