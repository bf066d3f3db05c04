#include "physics/graphs/planar_lattices.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/errors.hpp"

namespace nmc {
namespace {

void check_planar(const Lattice& lattice, const char* name) {
  check(lattice);
  require(lattice.dimension() == 2,
          fmt::format("the {} lattice has two directions, for example L = 8x8; {} were given", name,
                      lattice.dimension()));
  for (const Index extent : lattice.extents)
    require(extent >= 2, fmt::format("L = {} leaves no {} lattice: every extent must be 2 or more",
                                     fmt::join(lattice.extents, "x"), name));
}

/// Adds the bond from (x, y) to (x + dx, y + dy), dx and dy 0 or 1, unless an open edge is between.
void add_bond(Graph& graph, const Lattice& lattice, std::array<Index, 2> from,
              std::array<Index, 2> step) {
  std::array<Index, 2> to{};
  for (std::size_t d = 0; d < 2; ++d) {
    to[d] = from[d] + step[d];
    if (to[d] < lattice.extents[d]) continue;
    if (!lattice.periodic[d]) return;
    to[d] = 0;
  }
  const Index lx = lattice.extents[0];
  graph.bonds.push_back({from[0] + lx * from[1], to[0] + lx * to[1], 1});
}

}  // namespace

Graph triangular_graph(const Lattice& lattice) {
  check_planar(lattice, "triangular");
  Graph graph;
  graph.sites = lattice.sites();
  for (Index y = 0; y < lattice.extents[1]; ++y)
    for (Index x = 0; x < lattice.extents[0]; ++x) {
      add_bond(graph, lattice, {x, y}, {1, 0});
      add_bond(graph, lattice, {x, y}, {0, 1});
      add_bond(graph, lattice, {x, y}, {1, 1});
    }
  return graph;
}

Graph honeycomb_graph(const Lattice& lattice) {
  check_planar(lattice, "honeycomb");
  for (std::size_t d = 0; d < 2; ++d)
    require(!lattice.periodic[d] || lattice.extents[d] % 2 == 0,
            fmt::format("L = {} does not close the honeycomb lattice in {}: a periodic direction "
                        "needs an even extent; try {}",
                        fmt::join(lattice.extents, "x"), "xy"[d], lattice.extents[d] + 1));
  Graph graph;
  graph.sites = lattice.sites();
  for (Index y = 0; y < lattice.extents[1]; ++y)
    for (Index x = 0; x < lattice.extents[0]; ++x) {
      add_bond(graph, lattice, {x, y}, {1, 0});
      if ((x + y) % 2 == 0) add_bond(graph, lattice, {x, y}, {0, 1});
    }
  return graph;
}

}  // namespace nmc
