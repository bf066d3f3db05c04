#include "physics/exact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "physics/enumeration.hpp"

namespace nmc {

ExactAnswer exact_spins(const Graph& graph, double beta, const ExactEffort& /*effort*/) {
  if (graph.sites <= enumeration_limit) return {enumerate_spins(graph, beta), ""};
  // Directions of extent 1 have no bonds.
  std::vector<Index> extents;
  std::copy_if(graph.torus.begin(), graph.torus.end(), std::back_inserter(extents),
               [](Index extent) { return extent > 1; });
  if (extents.size() == 2) return {kaufman(extents[0], extents[1], beta), ""};
  if (extents.size() == 1) return {ising_ring(extents[0], beta), ""};
  return {std::nullopt,
          fmt::format("enumeration reaches {} spins, Kaufman's formula two-dimensional tori; this "
                      "system has {} spins and is neither",
                      enumeration_limit, graph.sites)};
}

ExactAnswer exact_dual(const DualIsing& dual, const ExactEffort& effort) {
  ExactAnswer answer = exact_spins(dual.graph(), dual.beta(), effort);
  if (answer.value) {
    answer.value->lnZ += dual.lnZ_minus_lnZ_spin();
    answer.value->method += " of the spins, Gaussian integral";
  }
  return answer;
}

}  // namespace nmc
