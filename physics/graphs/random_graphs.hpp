#pragma once

#include <cstdint>

#include "core/spins/graph.hpp"

namespace nmc {

/// Every pair of N >= 2 sites once, J = 1, ordered by the smaller site.
[[nodiscard]] Graph complete_graph(Index sites);

/// A connected simple graph whose sites have `degree` >= 3 neighbours each, J = 1: pairs of free
/// half-edges joined at random, uniform among the allowed ones, begun afresh where it ends in a
/// dead end (Steger and Wormald, Combin. Probab. Comput. 8, 377 (1999): uniform over the regular
/// graphs as N grows). A function of the seed.
[[nodiscard]] Graph random_regular_graph(Index sites, Index degree, std::uint64_t seed);

/// Whether every site can be reached from site 0 over bonds.
[[nodiscard]] bool is_connected(const Graph& graph);

}  // namespace nmc
