#pragma once

#include <cstdint>
#include <vector>

#include "samplers/cluster/cluster_bonds.hpp"

namespace nmc {

/// One cluster of Wolff (Phys. Rev. Lett. 62 (1989) 361) at a time: from a random site on, equal
/// neighbours join with probability 1 − e^{−2βJ}; the spins turn as they join. The ghost of
/// ClusterBonds is a site like any other when the first one is drawn, and its cluster does not
/// turn: without it a system whose bonds are all closed, of one spin or at beta = 0, would turn one
/// spin in every step and have the parity of the step's number.
template <class Random>
class WolffWalk {
 public:
  explicit WolffWalk(const ClusterBonds& bonds)
      : bonds_(bonds), queue_(static_cast<std::size_t>(bonds.sites) + 4) {}

  /// Turns one cluster of the spins s, (sites). Returns its size, 0 where it holds the ghost and
  /// nothing turns.
  Index turn_one(std::int8_t* s, Random& random) {
    return bonds_.is_torus() ? on_torus(s, random) : on_graph(s, random);
  }

 private:
  static constexpr std::uint8_t kTurn = 0xFE;  // +1 = 0x01 ↔ −1 = 0xFF

  static void turn(std::int8_t& s, bool is_wanted) {
    s = static_cast<std::int8_t>(s ^ (kTurn & -static_cast<int>(is_wanted)));
  }

  // A queue, not a stack: the next site is known long before its neighbours are needed, and the
  // whole cluster is there to be turned back. Without branches: whether a bond is open is a coin
  // that no predictor knows.
  Index on_torus(std::int8_t* s, Random& random) {
    const auto Lx = static_cast<std::uint32_t>(bonds_.Lx),
               Ly = static_cast<std::uint32_t>(bonds_.Ly);
    std::uint32_t* queue = queue_.data();
    const auto seed = static_cast<std::uint32_t>(random.below(std::uint64_t{Lx} * Ly + 1));
    if (seed == Lx * Ly) return 0;
    const std::uint32_t seed_x = seed % Lx, seed_y = seed / Lx;
    const std::int8_t sign = s[seed];
    turn(s[seed], true);
    queue[0] = seed_y << 16 | seed_x;
    Index end = 1;
    for (Index head = 0; head < end; ++head) {
      const std::uint32_t x = queue[head] & 0xffff, y = queue[head] >> 16;
      const auto four = random.four();
      const auto visit = [&](std::uint32_t to_x, std::uint32_t to_y, int k) {
        std::int8_t& spin = s[to_y * Lx + to_x];
        const bool joins = Random::is_open(four, k, spin == sign);
        queue[end] = to_y << 16 | to_x;
        end += static_cast<Index>(joins);
        turn(spin, joins);
      };
      visit(x + 1 == Lx ? 0 : x + 1, y, 0);
      visit(x == 0 ? Lx - 1 : x - 1, y, 1);
      visit(x, y + 1 == Ly ? 0 : y + 1, 2);
      visit(x, y == 0 ? Ly - 1 : y - 1, 3);
    }
    return end;
  }

  Index on_graph(std::int8_t* s, Random& random) {
    const Adjacency& graph = bonds_.graph;
    const auto seed =
        static_cast<std::uint32_t>(random.below(static_cast<std::uint64_t>(graph.first.size())));
    if (seed + 1 == graph.first.size()) return 0;
    const std::int8_t sign = s[seed];
    const bool has_ghost = !bonds_.ghost.empty();
    if (has_ghost) random.begin_cluster();
    turn(s[seed], true);
    queue_[0] = seed;
    Index end = 1;
    for (Index head = 0; head < end; ++head) {
      const std::uint32_t i = queue_[head];
      if (has_ghost && bonds_.ghost[i] * sign > 0 && random.meets_ghost(bonds_.ghost[i] * sign)) {
        for (Index n = 0; n < end; ++n) turn(s[queue_[n]], true);
        return 0;
      }
      for (Index n = graph.first[i]; n < graph.first[i + 1]; ++n) {
        const auto j = static_cast<std::uint32_t>(graph.neighbour[n]);
        if (s[j] != sign || !random.is_open(bonds_.threshold[n])) continue;
        queue_[end++] = j;
        turn(s[j], true);
      }
    }
    return end;
  }

  const ClusterBonds& bonds_;
  /// Sites of the cluster in the order in which they joined; on a torus y << 16 | x.
  std::vector<std::uint32_t> queue_;
};

}  // namespace nmc
