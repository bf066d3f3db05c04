#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "samplers/cluster/cluster_random.hpp"
#include "samplers/cluster/surrogate.hpp"
#include "samplers/cluster/uniform_learning_walk.hpp"

namespace nmc {

/// One cluster of Wolff (1989) of a surrogate at a time, from a random site on: a neighbour whose
/// bond is satisfied, J s s' > 0, joins with probability 1 − e^{−2β|J|}. That is in detailed
/// balance with the surrogate, so that turning the cluster is accepted for the system with
///   min[1, e^{−βΔ}],  Δ = (H − H_s)(s') − (H − H_s)(s),
/// which only bonds, plaquettes and fields of the cluster's sites enter: the lattice is never
/// summed. One number of the seed in N + 1 moves nothing, which takes away any period.
template <class Random>
class SelfLearningWalk {
 public:
  explicit SelfLearningWalk(const SurrogateBonds& bonds)
      : bonds_(bonds), is_in_(static_cast<std::size_t>(bonds.sites())) {}

  void begin(const std::int8_t* /*s*/) {}
  /// Turns a cluster of the spins s, (sites), or leaves them.
  TurnedCluster turn_one(std::int8_t* s, Random& random) {
    const auto sites = static_cast<std::uint64_t>(bonds_.sites());
    const std::uint64_t seed = random.below(sites + 1);
    if (seed == sites) return {};
    grow(static_cast<std::uint32_t>(seed), s, random);
    const double change = residual_change(s);
    const bool is_accepted =
        change <= 0 || random.is_open(threshold_of(std::exp(-bonds_.beta * change)));
    for (const std::uint32_t i : cluster_) {
      is_in_[i] = 0;
      if (is_accepted) s[i] = static_cast<std::int8_t>(-s[i]);
    }
    return {std::ssize(cluster_), is_accepted};
  }

 private:
  void grow(std::uint32_t seed, const std::int8_t* s, Random& random) {
    const Adjacency& graph = bonds_.bonds;
    cluster_.assign(1, seed);
    is_in_[seed] = 1;
    for (std::size_t head = 0; head < cluster_.size(); ++head) {
      const std::uint32_t i = cluster_[head];
      for (Index n = graph.first[i]; n < graph.first[i + 1]; ++n) {
        const auto at = static_cast<std::size_t>(n);
        const auto j = static_cast<std::uint32_t>(graph.neighbour[at]);
        if (is_in_[j] != 0 || graph.J[at] * s[i] * s[j] <= 0) continue;
        if (!random.is_open(bonds_.threshold[at])) continue;
        is_in_[j] = 1;
        cluster_.push_back(j);
      }
    }
  }

  /// Δ of turning the cluster, with the spins as they are before.
  [[nodiscard]] double residual_change(const std::int8_t* s) const {
    const Adjacency& pairs = bonds_.residual;
    const PlaquetteLists& squares = bonds_.plaquettes;
    double change = 0;
    for (const std::uint32_t i : cluster_) {
      double field = bonds_.field.empty() ? 0 : bonds_.field[i];
      for (Index n = pairs.first[i]; n < pairs.first[i + 1]; ++n) {
        const auto at = static_cast<std::size_t>(n);
        const auto j = static_cast<std::size_t>(pairs.neighbour[at]);
        if (is_in_[j] == 0) field += pairs.J[at] * s[j];
      }
      change += 2 * s[i] * field;
      for (Index n = squares.first[i]; n < squares.first[i + 1]; ++n) {
        const auto at = static_cast<std::size_t>(n);
        const auto& [a, b, c] = squares.others[at];
        const int inside = 1 + is_in_[static_cast<std::size_t>(a)] +
                           is_in_[static_cast<std::size_t>(b)] +
                           is_in_[static_cast<std::size_t>(c)];
        if (inside % 2 == 0) continue;
        // Every site of the cluster in it counts its part.
        change += 2 * squares.K[at] * s[i] * s[a] * s[b] * s[c] / inside;
      }
    }
    return change;
  }

  const SurrogateBonds& bonds_;
  std::vector<std::uint8_t> is_in_;     ///< (sites), 1 in the cluster
  std::vector<std::uint32_t> cluster_;  ///< in the order in which they joined
};

}  // namespace nmc
