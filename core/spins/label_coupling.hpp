#pragma once

#include <cstdint>
#include <vector>

#include "core/spins/graph.hpp"

namespace nmc {

/// What a bond and a field do to labels 0 ... q − 1:
///   H = Σ_bonds J e(s_i, s_j) + Σ_i h_i v(s_i).
struct LabelCoupling {
  Index states = 2;            ///< q, 2 to 64
  std::vector<double> pair;    ///< e, symmetric, (q, q) by rows
  std::vector<double> single;  ///< v, (q)
  bool is_permutable = false;  ///< whether e is the same after every permutation of the labels;
                               ///< else after every reflection s → (k − s) mod q

  [[nodiscard]] double e(Index a, Index b) const {
    return pair[static_cast<std::size_t>(a * states + b)];
  }
  [[nodiscard]] double v(Index a) const { return single[static_cast<std::size_t>(a)]; }
};

/// UserError unless there are 2 to 64 states, with tables of that size, e symmetric, all finite.
void check(const LabelCoupling& coupling);

/// e = −δ(a, b), v = −δ(a, 0): the Potts model (Potts 1952). UserError unless 2 <= q <= 64.
[[nodiscard]] LabelCoupling potts_coupling(Index states);
/// e = −cos(2π(a − b)/q), v = −cos(2πa/q): the clock model. Equal cosines are equal numbers.
[[nodiscard]] LabelCoupling clock_coupling(Index states);

/// e = −s s′, v = −s, with label 0 the spin up and 1 the spin down: the Ising model.
[[nodiscard]] LabelCoupling spin_coupling();

/// H of one configuration, (sites); terms are added in the graph's order.
[[nodiscard]] double label_energy(const Graph& graph, const LabelCoupling& coupling,
                                  const std::uint8_t* s);

/// Row `row` of labels as numbers, as bytes, (sites), and back.
void to_labels(const Batch& x, Index row, std::uint8_t* s);
void from_labels(const std::uint8_t* s, Index row, Batch& x);

}  // namespace nmc
