#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/spins/graph.hpp"

namespace nmc {

/// Sites that share a bond or a plaquette, each once.
[[nodiscard]] Adjacency interacting_sites(const Graph& graph);

/// A cluster move of two replicas at the same temperature (Houdayer, Eur. Phys. J. B 22 (2001)
/// 479): a connected set of sites on which s and t differ changes places between them. In every
/// term of H the two products change places or stay, so that H(s) + H(t) does not change, whatever
/// the couplings and fields; and neither do the sites on which s and t differ.
template <class Random>
class HoudayerWalk {
 public:
  /// `has_symmetry`: H(s) = H(−s), so that t may be turned as a whole.
  HoudayerWalk(const Adjacency& neighbours, bool has_symmetry)
      : neighbours_(neighbours),
        has_symmetry_(has_symmetry),
        differing_(static_cast<std::size_t>(neighbours.first.size() - 1)) {}

  /// Swaps the cluster of one random site among those where s and t, (sites), differ. Returns its
  /// size.
  Index swap_one(std::int8_t* s, std::int8_t* t, Random& random) {
    const auto sites = static_cast<Index>(differing_.size());
    // Else two replicas in opposite phases would differ nearly everywhere, in one cluster.
    if (has_symmetry_ && random.coin(true))
      for (Index i = 0; i < sites; ++i) t[i] = static_cast<std::int8_t>(-t[i]);
    std::uint64_t count = 0;
    for (Index i = 0; i < sites; ++i) {
      differing_[count] = static_cast<std::uint32_t>(i);
      count += s[i] != t[i] ? 1 : 0;
    }
    return count == 0 ? 0 : swap_cluster(s, t, differing_[random.below(count)]);
  }

 private:
  Index swap_cluster(std::int8_t* s, std::int8_t* t, std::uint32_t seed) {
    queue_.assign(1, seed);
    is_inside_.assign(differing_.size(), 0);
    is_inside_[seed] = 1;
    for (std::size_t head = 0; head < queue_.size(); ++head) {
      const std::uint32_t i = queue_[head];
      for (Index n = neighbours_.first[i]; n < neighbours_.first[i + 1]; ++n) {
        const auto j = static_cast<std::uint32_t>(neighbours_.neighbour[n]);
        if (s[j] == t[j] || is_inside_[j] != 0) continue;
        is_inside_[j] = 1;
        queue_.push_back(j);
      }
    }
    for (const std::uint32_t i : queue_) std::swap(s[i], t[i]);
    return static_cast<Index>(queue_.size());
  }

  const Adjacency& neighbours_;
  bool has_symmetry_;
  std::vector<std::uint32_t> differing_;
  std::vector<std::uint32_t> queue_;
  std::vector<std::uint8_t> is_inside_;
};

}  // namespace nmc
