#pragma once

#include <functional>
#include <vector>

#include "models/born_machines/tree_state.hpp"

namespace nmc {

/// Σ Ψ² over the spins below each node that are not given, as a matrix of the bond above it, over
/// its trace; empty where nothing below is given, which is 1 in canonical form.
struct TreeSums {
  std::vector<Eigen::MatrixXd> of_node;
  double log_total = 0;  ///< ln Σ Ψ² / Z over all that is not given
};

/// Goes through the leaves of a tree in canonical form from left to right, one configuration after
/// the other: p(s | all to the left, and what is given) is Σ Ψ² over all that is not known yet. A
/// joint costs bond⁴.
class TreeWalk {
 public:
  /// Chooses the spin of a leaf by the two weights, down and up, whose ratio is that of the
  /// probabilities: 0 or 1.
  using Choose = std::function<Index(Index place, const std::array<double, 2>& weight)>;

  /// `state` and, where there are some, `sums` must outlive it.
  explicit TreeWalk(const TreeState& state, const TreeSums* sums = nullptr)
      : state_(state), sums_(sums) {}
  void run(const Choose& choose) const;

 private:
  /// ρ is Σ Ψ² over all outside that is not known yet, as a matrix of the bond above the node.
  /// Returns the product of what lies below, on that bond.
  Eigen::VectorXd visit(Index node, const Eigen::MatrixXd& rho, const Choose& choose) const;
  /// R of a node; null where it is 1.
  [[nodiscard]] const Eigen::MatrixXd* sum_below(Index node) const;

  const TreeState& state_;
  const TreeSums* sums_;
};

/// Of one configuration, spins by their places: 0 down, 1 up, −1 not given.
[[nodiscard]] TreeSums sum_from_below(const TreeState& state, const std::vector<int>& given);

}  // namespace nmc
