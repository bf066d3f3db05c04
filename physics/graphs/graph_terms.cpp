#include "physics/graphs/graph_terms.hpp"

#include <algorithm>

#include "core/errors.hpp"

namespace nmc {
namespace {

/// Neighbour of `site` in the positive direction d, or -1 where there is none.
Index next_site(const Lattice& lattice, Index site, Index d) {
  Index stride = 1;
  for (Index below = 0; below < d; ++below) stride *= lattice.extents[below];
  const Index extent = lattice.extents[d];
  const Index position = site / stride % extent;
  if (position + 1 < extent) return site + stride;
  return lattice.periodic[d] && extent > 1 ? site - position * stride : -1;
}

}  // namespace

void scale_bonds(Graph& graph, double J) {
  if (J == 1) return;
  graph.bonds.scale(J);
  graph.torus.clear();
}

void scale_directions(Graph& graph, const Lattice& lattice, const std::vector<double>& J) {
  require(std::ssize(J) == lattice.dimension(), "a coupling is needed for each direction");
  if (std::ranges::all_of(J, [](double value) { return value == 1; })) return;
  for (Bond& bond : graph.bonds)
    for (Index d = 0; d < lattice.dimension(); ++d)
      if (next_site(lattice, bond.i, d) == bond.j) {
        bond.J *= J[static_cast<std::size_t>(d)];
        break;
      }
  graph.torus.clear();
}

void add_uniform_field(Graph& graph, double h) {
  if (h == 0) return;
  graph.field.resize(graph.sites, 0);
  for (double& local : graph.field) local += h;
  graph.torus.clear();
}

void add_plaquettes(Graph& graph, const Lattice& lattice, double K) {
  if (K == 0) return;
  check(lattice);
  require(lattice.dimension() >= 2, "a chain has no plaquettes: set K = 0, or take dim = 2");
  for (Index site = 0; site < graph.sites; ++site)
    for (Index d = 0; d < lattice.dimension(); ++d)
      for (Index e = d + 1; e < lattice.dimension(); ++e) {
        const Index right = next_site(lattice, site, d);
        const Index up = next_site(lattice, site, e);
        if (right < 0 || up < 0) continue;
        graph.plaquettes.push_back({{site, right, up, next_site(lattice, right, e)}, K});
      }
  graph.torus.clear();
}

Lattice without_double_bonds(Lattice lattice) {
  for (std::size_t d = 0; d < lattice.extents.size(); ++d)
    if (lattice.extents[d] == 2) lattice.periodic[d] = false;
  return lattice;
}

}  // namespace nmc
