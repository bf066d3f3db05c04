#include "samplers/cluster/cluster_bonds.hpp"

#include <fmt/format.h>

#include <limits>

#include "samplers/cluster/cluster_random.hpp"

namespace nmc {
namespace {

constexpr const char* kWayOut = "Use metropolis, heat_bath or tempering";

void require_ferromagnet(const Graph& graph, const Adjacency& couplings, const std::string& name) {
  require(graph.plaquettes.empty(),
          fmt::format("{} grows clusters along bonds and knows no four-spin terms; this system has "
                      "{}. {}",
                      name, graph.plaquettes.size(), kWayOut));
  for (Index i = 0; i < graph.sites; ++i)
    for (Index n = couplings.first[i]; n < couplings.first[i + 1]; ++n)
      require(couplings.J[n] >= 0,
              fmt::format("{} needs ferromagnetic couplings; bond {}-{} has J = {:.6g}. {}", name,
                          i, couplings.neighbour[n], couplings.J[n], kWayOut));
  require(graph.sites < std::numeric_limits<std::int32_t>::max(),
          fmt::format("{} numbers sites by 32 bits; {} are too many", name, graph.sites));
}

bool is_square_torus(const std::vector<Index>& torus) {
  return torus.size() == 2 && std::min(torus[0], torus[1]) >= 2 &&
         std::max(torus[0], torus[1]) <= std::numeric_limits<std::uint16_t>::max();
}

}  // namespace

ClusterBonds make_cluster_bonds(const SpinTarget& target, const std::string& name) {
  const Graph& graph = target.graph();
  ClusterBonds bonds{graph.sites, target.beta()};
  bonds.uniform = threshold_of(bond_probability(target.beta(), 1));
  if (is_square_torus(graph.torus) && graph.plaquettes.empty()) {
    bonds.Lx = graph.torus[0];
    bonds.Ly = graph.torus[1];
    return bonds;
  }
  bonds.graph = adjacency(graph);
  require_ferromagnet(graph, bonds.graph, name);
  for (const double J : bonds.graph.J)
    bonds.threshold.push_back(threshold_of(bond_probability(target.beta(), J)));
  for (const double h : graph.field) bonds.ghost.push_back(2 * target.beta() * h);
  return bonds;
}

}  // namespace nmc
