#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "samplers/cluster/cluster_bonds.hpp"

namespace nmc {

/// One step of Swendsen and Wang (Phys. Rev. Lett. 58 (1987) 86): every bond between equal spins is
/// there with probability 1 − e^{−2βJ}; each cluster of the graph of such bonds turns with
/// probability 1/2, but the one that holds the ghost. Clusters are labelled as by Hoshen and
/// Kopelman (1976): a label is the number of an earlier node of the cluster, its root's its own.
///
/// With has_unequal it is the walk of a Boltzmann machine (machine_bonds.hpp), which opens bonds
/// between unequal spins, too, and joins the spins of terms of four.
template <class Random, bool has_unequal = false>
class SwendsenWangWalk {
 public:
  explicit SwendsenWangWalk(const ClusterBonds& bonds)
      : bonds_(bonds),
        label_(static_cast<std::size_t>(bonds.sites) + 1),
        turns_(static_cast<std::size_t>(bonds.sites) + 1) {}

  /// Updates the spins s, (sites). Returns the number of clusters, the ghost's included.
  Index update(std::int8_t* s, Random& random) {
    if (bonds_.is_torus()) {
      label_torus(s, random);
      return turn(s, random, 0);
    }
    label_graph(s, random);
    return turn(s, random, 1);
  }

 private:
  using Node = std::uint32_t;

  // Rem's union by splicing (Dijkstra 1976; Patwary, Blair and Manne 2010): both paths go down
  // together, the larger label is bent to the smaller one. Returns a label of the cluster.
  Node join(Node a, Node b) {
    Node of_a = label_[a], of_b = label_[b];
    while (of_a != of_b) {
      if (of_a < of_b) {
        std::swap(a, b);
        std::swap(of_a, of_b);
      }
      label_[a] = of_b;
      if (a == of_a) break;
      a = of_a;
      of_a = label_[a];
    }
    return of_b;
  }

  /// A bond of a torus, decided by one of four bits.
  struct TorusBond {
    typename Random::Four four;
    int bit;
    bool is_there, is_equal;
  };
  // A machine opens a bond between unequal spins in a share of the cases in which it would open one
  // between equal ones. Without such bonds no number is drawn for them.
  bool opens(const TorusBond& bond, Random& random) const {
    if constexpr (!has_unequal)
      return Random::is_open(bond.four, bond.bit, bond.is_there && bond.is_equal);
    const bool is_candidate = bond.is_equal || bonds_.unequal_share > 0;
    return Random::is_open(bond.four, bond.bit, bond.is_there && is_candidate) &&
           (bond.is_equal || random.is_open(bonds_.unequal_share));
  }
  bool opens(Index n, bool is_equal, Random& random) const {
    if (is_equal) return random.is_open(bonds_.threshold[n]);
    if constexpr (!has_unequal) return false;
    return bonds_.unequal[n] > 0 && random.is_open(bonds_.unequal[n]);
  }

  // Site by site, bonds to the sites before it in x and y; two sites share the four bonds of one
  // word. The bonds around the torus come last.
  void label_torus(const std::int8_t* s, Random& random) {
    const auto Lx = static_cast<Node>(bonds_.Lx), Ly = static_cast<Node>(bonds_.Ly);
    for (Node y = 0; y < Ly; ++y) {
      const Node row = y * Lx;
      const std::int8_t* here = s + row;
      const std::int8_t* above = y > 0 ? here - Lx : here;  // no bond above the first row
      const Node* labels_above = label_.data() + (y > 0 ? row - Lx : 0);
      Node left_label = 0;
      const auto visit = [&](Node x, const auto& four, int k) {
        const bool same_left = here[x] == here[x > 0 ? x - 1 : 0], same_up = here[x] == above[x];
        const bool left = opens({four, k, x > 0, same_left}, random);
        const bool up = opens({four, k + 1, y > 0, same_up}, random);
        const Node a = left ? left_label : row + x, b = up ? labels_above[x] : row + x;
        left_label = left && up && a != b ? join(a, b) : (a < b ? a : b);
        label_[row + x] = left_label;
      };
      Node x = 0;
      for (; x + 1 < Lx; x += 2) {
        const auto four = random.four();
        visit(x, four, 0);
        visit(x + 1, four, 2);
      }
      if (x < Lx) visit(x, random.four(), 0);
    }
    close_torus(s, random);
  }

  void close_torus(const std::int8_t* s, Random& random) {
    const auto Lx = static_cast<Node>(bonds_.Lx), Ly = static_cast<Node>(bonds_.Ly);
    const auto close = [&](Node i, Node j) {
      if (opens({random.four(), 0, true, s[i] == s[j]}, random)) join(i, j);
    };
    for (Node y = 0; y < Ly; ++y) close(y * Lx, y * Lx + Lx - 1);
    for (Node x = 0; x < Lx; ++x) close(x, (Ly - 1) * Lx + x);
  }

  // Node 0 is the ghost, node i + 1 site i.
  void label_graph(const std::int8_t* s, Random& random) {
    const Adjacency& graph = bonds_.graph;
    const auto nodes = static_cast<Node>(bonds_.sites) + 1;
    for (Node node = 0; node < nodes; ++node) label_[node] = node;
    for (Node i = 0; i + 1 < nodes; ++i) {
      for (Index n = graph.first[i]; n < graph.first[i + 1]; ++n) {
        const auto j = static_cast<Node>(graph.neighbour[n]);
        if (j < i && opens(n, s[i] == s[j], random)) join(i + 1, j + 1);
      }
      if (bonds_.ghost.empty()) continue;
      const double a = bonds_.ghost[i] * s[i];
      if (a > 0 && random.meets_ghost_once(a)) join(0, i + 1);
    }
    if constexpr (has_unequal) join_fours(s, random);
  }

  // Four spins that turn together, or none of them, keep their product.
  void join_fours(const std::int8_t* s, Random& random) {
    for (const FourBond& four : bonds_.fours) {
      const auto& [i, j, k, l] = four.sites;
      const bool is_minus = (s[i] ^ s[j] ^ s[k] ^ s[l]) < 0;
      const std::uint64_t threshold = is_minus == four.wants_minus ? four.satisfied : four.broken;
      if (threshold == 0 || !random.is_open(threshold)) continue;
      for (const Index other : {j, k, l})
        join(static_cast<Node>(i) + 1, static_cast<Node>(other) + 1);
    }
  }

  // Labels point to earlier nodes, whose fate is known: no root needs to be looked for.
  Index turn(std::int8_t* s, Random& random, Node first) {
    const auto nodes = static_cast<Node>(bonds_.sites) + first;
    Index clusters = first;
    turns_[0] = 0;
    for (Node i = first; i < nodes; ++i) {
      const bool is_root = label_[i] == i;
      clusters += static_cast<Index>(is_root);
      const bool coin = random.coin(is_root);
      const std::uint8_t turns =
          is_root ? static_cast<std::uint8_t>(coin ? 0xFE : 0) : turns_[label_[i]];
      turns_[i] = turns;
      s[i - first] = static_cast<std::int8_t>(s[i - first] ^ turns);
    }
    return clusters;
  }

  const ClusterBonds& bonds_;
  std::vector<Node> label_;
  std::vector<std::uint8_t> turns_;  ///< 0xFE where the node turns, +1 = 0x01 ↔ −1 = 0xFF
};

}  // namespace nmc
