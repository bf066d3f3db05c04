#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/spins/graph.hpp"

namespace nmc {

/// Which spin to turn over, p(i | s) = w_i / Σ_j w_j, w_i = e^{θ·f_i}, from what a site sees: with
/// u_i = β [H(s with s_i turned over) − H(s)], and ⟨⟩ the mean over the sites that share a term of
/// H with it,
///   f_i = (u_i, |u_i|, tanh ½u_i, ⟨tanh ½u_j⟩).
/// The same θ for all sites, so that it goes with every lattice.
class FlipPolicy {
 public:
  static constexpr std::size_t kFeatures = 4;
  using Features = std::array<double, kFeatures>;
  /// e^{−u/2}, which is locally balanced (Zanella, J. Am. Stat. Assoc. 115, 852 (2020)).
  static constexpr Features kBalanced{-0.5, 0, 0, 0};

  FlipPolicy(const Graph& graph, double beta);

  [[nodiscard]] Index sites() const { return std::ssize(bonds_.first) - 1; }
  [[nodiscard]] const Features& theta() const { return theta_; }
  void set_theta(const Features& theta) { theta_ = theta; }
  /// β times what it costs to turn site i of the spins s, (sites).
  [[nodiscard]] double cost(const std::int8_t* s, std::size_t i) const;
  /// The sites that share a term of H with site i.
  [[nodiscard]] const std::vector<std::uint32_t>& around(std::size_t i) const { return around_[i]; }
  /// What w_i can change in where site i turns: itself, around it, and around these.
  [[nodiscard]] const std::vector<std::uint32_t>& reached(std::size_t i) const {
    return reached_[i];
  }

 private:
  Adjacency bonds_;
  PlaquetteLists plaquettes_;
  std::vector<double> field_;  ///< (sites); empty without fields
  double beta_;
  Features theta_ = kBalanced;
  std::vector<std::vector<std::uint32_t>> around_, reached_;
};

/// Positive weights with their sum, of which one changes in log n: a binary tree whose every node
/// is the sum of two, so that the sum depends on the weights alone and not on their history.
class WeightTree {
 public:
  explicit WeightTree(std::size_t leaves);
  void set(std::size_t leaf, double weight);
  /// After set_leaf() of many.
  void set_leaf(std::size_t leaf, double weight) { nodes_[width_ + leaf] = weight; }
  void sum_all();
  [[nodiscard]] double total() const { return nodes_[1]; }
  [[nodiscard]] double weight(std::size_t leaf) const { return nodes_[width_ + leaf]; }
  /// The leaf in which the share u in [0, 1) of the total ends.
  [[nodiscard]] std::size_t leaf_at(double u) const;

 private:
  std::size_t leaves_, width_;
  std::vector<double> nodes_;  ///< node k is the sum of 2k and 2k + 1; leaves from width_ on
};

/// A policy on one configuration, kept while spins turn.
class PolicyState {
 public:
  explicit PolicyState(const FlipPolicy& policy);
  /// Spins (sites), that only turn() changes from here on.
  void begin(std::int8_t* s);
  void turn(std::size_t i);
  [[nodiscard]] double cost(std::size_t i) const { return cost_[i]; }
  /// ln p(i | s).
  [[nodiscard]] double log_p(std::size_t i) const { return log_w_[i] - std::log(tree_.total()); }
  [[nodiscard]] const WeightTree& tree() const { return tree_; }
  [[nodiscard]] FlipPolicy::Features features(std::size_t i) const;
  /// ⟨f⟩ over p(i | s), in N steps.
  [[nodiscard]] FlipPolicy::Features mean_features() const;

 private:
  void set_cost(std::size_t i);
  [[nodiscard]] double log_weight(std::size_t i) const;

  const FlipPolicy& policy_;
  std::int8_t* s_ = nullptr;
  std::vector<double> cost_, slope_, log_w_;  ///< u_i, tanh ½u_i, θ·f_i
  WeightTree tree_;
};

}  // namespace nmc
