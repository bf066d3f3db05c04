#include "physics/systems/ising.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/errors.hpp"
#include "physics/systems/beta_limit.hpp"

namespace nmc {

void check_beta(double beta) {
  require(std::isfinite(beta) && beta >= 0,
          fmt::format("beta is {}; it must be a finite number, 0 or larger: an antiferromagnet is "
                      "J = -1 at positive beta",
                      beta));
}

Column ising_energy(const Graph& graph, const Batch& s) {
  Column sum = Column::Zero(s.rows());
  for (const Bond& bond : graph.bonds) sum += bond.J * (s.col(bond.i) * s.col(bond.j));
  for (const auto& [sites, K] : graph.plaquettes)
    sum += K * (s.col(sites[0]) * s.col(sites[1]) * s.col(sites[2]) * s.col(sites[3]));
  for (std::size_t i = 0; i < graph.field.size(); ++i)
    sum += graph.field[i] * s.col(static_cast<Index>(i));
  return -sum;
}

Ising::Ising(Graph graph, double beta)
    : graph_(std::move(graph)),
      beta_(beta),
      adjacency_([this] { return adjacency(graph_); }),
      plaquettes_([this] { return plaquettes_by_site(graph_); }),
      colours_([this] { return colouring(graph_); }),
      packed_energy_(graph_) {
  check(graph_);
  check_beta(beta);
  check_beta_limit(beta, graph_);
}

Column Ising::log_density(const Batch& s) const {
  return -beta_ * energy(s);
}

Column Ising::energy(const Batch& s) const {
  return ising_energy(graph_, s);
}

Column Ising::local_field(const Batch& s, Index i) const {
  const double own = graph_.field.empty() ? 0 : graph_.field[i];
  Column field = Column::Constant(s.rows(), own);
  const Adjacency& near = *adjacency_;
  for (Index n = near.first[i]; n < near.first[i + 1]; ++n)
    field += near.J[n] * s.col(near.neighbour[n]);
  if (graph_.plaquettes.empty()) return field;
  const PlaquetteLists& plaquettes = *plaquettes_;
  for (Index n = plaquettes.first[i]; n < plaquettes.first[i + 1]; ++n) {
    const auto& [j, k, l] = plaquettes.others[n];
    field += plaquettes.K[n] * (s.col(j) * s.col(k) * s.col(l));
  }
  return field;
}

}  // namespace nmc
