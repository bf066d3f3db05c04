#pragma once

#include <vector>

#include "core/roles/pair_labels.hpp"

namespace nmc {

/// Labels on any graph, ln p(s) = −β H(s) + const, H = Σ_bonds J e(s_i, s_j) + Σ_i h_i v(s_i):
/// the Potts and the clock model by their couplings.
class GraphLabels final : public PairLabels {
 public:
  /// beta >= 0, in units of 1/J. UserError where the graph is wrong or has four-spin terms.
  GraphLabels(Graph graph, LabelCoupling coupling, double beta);

  [[nodiscard]] double beta() const override { return beta_; }
  [[nodiscard]] const Graph& graph() const override { return graph_; }
  [[nodiscard]] const LabelCoupling& coupling() const override { return coupling_; }
  [[nodiscard]] Column energy(const Batch& s) const override;
  [[nodiscard]] Batch site_energies(const Batch& s, Index site) const override;

 private:
  Graph graph_;
  LabelCoupling coupling_;
  double beta_;
  Adjacency adjacency_;
};

}  // namespace nmc
