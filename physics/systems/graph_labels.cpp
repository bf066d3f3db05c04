#include "physics/systems/graph_labels.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include "core/errors.hpp"
#include "physics/systems/beta_limit.hpp"
#include "physics/systems/ising.hpp"

namespace nmc {

GraphLabels::GraphLabels(Graph graph, LabelCoupling coupling, double beta)
    : graph_(std::move(graph)), coupling_(std::move(coupling)), beta_(beta) {
  check(graph_);
  require(graph_.plaquettes.empty(),
          "labels have energies of bonds and sites, and this graph has " +
              std::to_string(graph_.plaquettes.size()) +
              " four-spin terms: use system ising, or a graph without them");
  check_beta(beta);
  check_beta_limit(beta, graph_);
  adjacency_ = adjacency(graph_);
}

Column GraphLabels::energy(const Batch& s) const {
  Column total(s.rows());
  std::vector<std::uint8_t> row(static_cast<std::size_t>(s.cols()));
  for (Index chain = 0; chain < s.rows(); ++chain) {
    to_labels(s, chain, row.data());
    total(chain) = label_energy(graph_, coupling_, row.data());
  }
  return total;
}

Batch GraphLabels::site_energies(const Batch& s, Index site) const {
  const Index q = states();
  Batch energies = Batch::Zero(s.rows(), q);
  const auto i = static_cast<std::size_t>(site);
  for (auto n = static_cast<std::size_t>(adjacency_.first[i]);
       n < static_cast<std::size_t>(adjacency_.first[i + 1]); ++n)
    for (Index chain = 0; chain < s.rows(); ++chain) {
      const auto other = static_cast<Index>(s(chain, adjacency_.neighbour[n]));
      for (Index a = 0; a < q; ++a) energies(chain, a) += adjacency_.J[n] * coupling_.e(a, other);
    }
  if (graph_.field.empty()) return energies;
  for (Index a = 0; a < q; ++a) energies.col(a) += graph_.field[i] * coupling_.v(a);
  return energies;
}

}  // namespace nmc
