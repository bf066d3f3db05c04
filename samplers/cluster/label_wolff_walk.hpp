#pragma once

#include <cstdint>
#include <vector>

#include "samplers/cluster/label_bonds.hpp"

namespace nmc {

/// Single clusters of labels (Wolff, Phys. Rev. Lett. 62 (1989) 361): from a random site on, bonds
/// of LabelBonds join its neighbours; the labels turn as they join. The ghost is a site like any
/// other when the first one is drawn, so that a step may leave all as it is, and a cluster that
/// holds it does not turn.
template <class Random>
class LabelWolffWalk {
 public:
  explicit LabelWolffWalk(const LabelBonds& bonds)
      : bonds_(bonds), turn_(bonds), is_in_(static_cast<std::size_t>(bonds.sites()), 0) {}

  /// Turns one cluster of the labels s, (sites). Returns its size, 0 where nothing turns.
  Index turn_one(std::uint8_t* s, Random& random) {
    const auto sites = static_cast<std::uint64_t>(bonds_.sites());
    const auto seed = static_cast<std::uint32_t>(random.below(sites + 1));
    if (seed == sites) return 0;
    turn_.draw_for(s[seed], random);
    if (turn_(s[seed]) == s[seed]) return 0;
    if (bonds_.has_field()) random.begin_cluster();
    queue_.clear();
    join(seed, s);
    bool meets_ghost = false;
    for (std::size_t head = 0; head < queue_.size() && !meets_ghost; ++head)
      meets_ghost = visit(queue_[head], s, random);
    for (const std::uint32_t i : queue_) {
      is_in_[i] = 0;
      if (meets_ghost) turn(s[i]);
    }
    return meets_ghost ? 0 : std::ssize(queue_);
  }

 private:
  void turn(std::uint8_t& label) const { label = static_cast<std::uint8_t>(turn_(label)); }
  void join(std::uint32_t i, std::uint8_t* s) {
    is_in_[i] = 1;
    turn(s[i]);
    queue_.push_back(i);
  }

  /// Lets the neighbours of i join; true where the ghost does.
  bool visit(std::uint32_t i, std::uint8_t* s, Random& random) {
    const Index image = s[i], a = turn_(image);
    if (bonds_.has_field()) {
      const double cost = bonds_.ghost(i, a, image);
      if (cost > 0 && random.meets_ghost(cost)) return true;
    }
    for (std::size_t n = bonds_.first(i); n < bonds_.first(i + 1); ++n) {
      const std::uint32_t j = bonds_.neighbour(n);
      if (is_in_[j] != 0) continue;
      const std::uint64_t threshold = bonds_.threshold(n, a, image, s[j]);
      if (threshold != 0 && random.is_open(threshold)) join(j, s);
    }
    return false;
  }

  const LabelBonds& bonds_;
  LabelInvolution<Random> turn_;
  std::vector<std::uint32_t> queue_;  ///< sites of the cluster in the order in which they joined
  std::vector<std::uint8_t> is_in_;   ///< 1 where a site is in the cluster; 0 between two of them
};

}  // namespace nmc
