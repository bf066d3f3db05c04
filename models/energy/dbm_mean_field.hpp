#pragma once

#include "models/energy/dbm.hpp"

namespace nmc {

struct MeanFieldOptions {
  double damping = 0;       ///< part of the old means that a sweep keeps, 0 … < 1
  double tolerance = 1e-9;  ///< it ends where no mean moves further in a sweep
  Index sweeps = 10000;     ///< at most
};

/// The hidden layers given v by independent units, q(h | v) = Π q(h_j), whose means solve
///   ⟨h_l⟩ = σ(b_l + W_lᵀ ⟨h_{l−1}⟩ + W_{l+1} ⟨h_{l+1}⟩),
/// tanh for units ±1, found by damped sweeps, odd layers, then even ones, from means of no
/// preference. Layers of one parity do not couple, so that every sweep raises the bound.
struct MeanField {
  std::vector<Batch> means;  ///< v, then ⟨h_l⟩ of every hidden layer, (rows, units)
  /// ln p̃(v) >= ⟨−E⟩_q + S(q), (rows); less ln Z it is the evidence lower bound.
  Column bound;
  Index sweeps = 0;
  double change = 0;  ///< of the last sweep, the largest of any mean
};
[[nodiscard]] MeanField mean_field(const Dbm& dbm, const Batch& v,
                                   const MeanFieldOptions& options = {});

}  // namespace nmc
