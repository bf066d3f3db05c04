#pragma once

#include <string>
#include <vector>

#include "core/spins/graph.hpp"

namespace nmc::test {

struct TinySystem {
  std::string name;
  Graph graph;
};

/// J on every bond of a ring.
[[nodiscard]] Graph ring(Index sites, double J = 1);
[[nodiscard]] Graph complete(Index sites, double J = 1);
/// Signs of the bonds by a hash of their numbers and the seed.
[[nodiscard]] Graph with_signs(Graph graph, std::uint64_t seed);
/// Fields 0.3, −0.3, 0.7, 0.3, … in units of J = 1.
[[nodiscard]] Graph with_fields(Graph graph);

/// Rings of 3 … 10 sites, complete graphs, tori, triangular and honeycomb lattices, trees, loose
/// sites, plaquettes: ferromagnets, antiferromagnets, ±J, real couplings, those that cancel, with
/// and without fields. At most 10 sites.
[[nodiscard]] std::vector<TinySystem> tiny_systems();

}  // namespace nmc::test
