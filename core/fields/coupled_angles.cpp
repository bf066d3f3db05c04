#include "core/fields/coupled_angles.hpp"

#include <algorithm>

#include "core/errors.hpp"

namespace nmc {

AngleCouplings::AngleCouplings(const Graph& graph) : sites(graph.sites), field(graph.field) {
  check(graph);
  require(graph.plaquettes.empty(),
          "angles are coupled in pairs; leave the terms of four spins (K) out");
  near = adjacency(graph);
  field.resize(static_cast<std::size_t>(sites), 0.0);
  has_field = std::ranges::any_of(field, [](double h) { return h != 0; });
}

}  // namespace nmc
