#pragma once

#include <utility>

#include "core/roles/target.hpp"
#include "core/spins/graph.hpp"

namespace nmc {

/// The configurations of a quantum system, all alike: the density that it has before a wave
/// function is known.
class SpinBasis final : public Target {
 public:
  /// The graph is what a result holds of couplings that a file gave; else its sites alone matter.
  explicit SpinBasis(Graph graph) : graph_(std::move(graph)) {}
  [[nodiscard]] const Graph& graph() const { return graph_; }
  [[nodiscard]] Index sites() const override { return graph_.sites; }
  [[nodiscard]] Support support() const override { return Support::spin; }
  [[nodiscard]] Column log_density(const Batch& s) const override { return Column::Zero(s.rows()); }

 private:
  Graph graph_;
};

}  // namespace nmc
