#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "samplers/cluster/label_bonds.hpp"

namespace nmc {

/// All clusters of labels at once (Swendsen and Wang, Phys. Rev. Lett. 58 (1987) 86). Of a random
/// cluster model each takes one of the q labels, all as likely, and the ghost's label 0. Of other
/// couplings, or other symmetries, each turns with probability 1/2 by one involution for all, and
/// the ghost's does not turn.
template <class Random>
class LabelSwendsenWangWalk {
 public:
  explicit LabelSwendsenWangWalk(const LabelBonds& bonds)
      : bonds_(bonds),
        turn_(bonds),
        label_(static_cast<std::size_t>(bonds.sites()) + 1),
        value_(label_.size()) {}

  /// Updates the labels s, (sites).
  void update(std::uint8_t* s, Random& random) {
    for (std::size_t node = 0; node < label_.size(); ++node) label_[node] = static_cast<Node>(node);
    if (bonds_.is_random_cluster()) {
      link_equals(s, random);
      give_labels(s, random);
    } else {
      turn_.draw(random);
      link_by_turn(s, random);
      turn_clusters(s, random);
    }
  }

 private:
  using Node = std::uint32_t;  ///< 0 is the ghost, i + 1 site i

  // Rem's union by splicing (Dijkstra 1976): the larger label is bent to the smaller one.
  void join(Node a, Node b) {
    while (label_[a] != label_[b]) {
      if (label_[a] < label_[b]) std::swap(a, b);
      const Node next = std::exchange(label_[a], label_[b]);
      if (next == a) return;
      a = next;
    }
  }

  void link_equals(const std::uint8_t* s, Random& random) {
    for (Node i = 0; i + 1 < label_.size(); ++i) {
      for (std::size_t n = bonds_.first(i); n < bonds_.middle(i); ++n) {
        const Node j = bonds_.neighbour(n);
        if (s[i] == s[j] && random.is_open(bonds_.threshold_of_equals(n))) join(i + 1, j + 1);
      }
      if (!bonds_.has_field() || s[i] != 0) continue;
      const double cost = bonds_.ghost(i, 0, 1);
      if (cost > 0 && random.meets_ghost_once(cost)) join(0, i + 1);
    }
  }

  void link_by_turn(const std::uint8_t* s, Random& random) {
    for (Node i = 0; i + 1 < label_.size(); ++i) {
      const Index a = s[i], image = turn_(a);
      if (image == a) continue;
      for (std::size_t n = bonds_.first(i); n < bonds_.middle(i); ++n) {
        const Node j = bonds_.neighbour(n);
        const std::uint64_t threshold = bonds_.threshold(n, a, image, s[j]);
        if (threshold != 0 && random.is_open(threshold)) join(i + 1, j + 1);
      }
      if (!bonds_.has_field()) continue;
      const double cost = bonds_.ghost(i, a, image);
      if (cost > 0 && random.meets_ghost_once(cost)) join(0, i + 1);
    }
  }

  // Labels point to earlier nodes, whose fate is known: no root needs to be looked for.
  void give_labels(std::uint8_t* s, Random& random) {
    const auto q = static_cast<std::uint64_t>(bonds_.states());
    value_[0] = 0;
    for (Node node = 1; node < label_.size(); ++node) {
      const bool is_root = label_[node] == node;
      value_[node] = is_root ? static_cast<std::uint8_t>(random.below(q)) : value_[label_[node]];
      s[node - 1] = value_[node];
    }
  }

  void turn_clusters(std::uint8_t* s, Random& random) {
    value_[0] = 0;
    for (Node node = 1; node < label_.size(); ++node) {
      std::uint8_t& label = s[node - 1];
      const auto image = static_cast<std::uint8_t>(turn_(label));
      const bool is_root = label_[node] == node;
      // A site that its turn leaves alone has no bonds.
      const bool coin = random.coin(is_root && image != label);
      value_[node] = is_root ? static_cast<std::uint8_t>(coin ? 1 : 0) : value_[label_[node]];
      if (value_[node] != 0) label = image;
    }
  }

  const LabelBonds& bonds_;
  LabelInvolution<Random> turn_;
  std::vector<Node> label_;          ///< the number of an earlier node of the cluster, or its own
  std::vector<std::uint8_t> value_;  ///< the new label, or 1 where the node turns
};

}  // namespace nmc
