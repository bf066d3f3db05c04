#pragma once

#include <cstdint>
#include <span>

namespace nmc {

/// Sums over the states of one block with w = e^{−β (H − min)}, ε = H − min, M = Σ s.
struct BlockSums {
  double min = 0;
  double weight = 0, first = 0, second = 0;  ///< Σ w, Σ w ε, Σ w ε²
  double abs_m = 0, m2 = 0, m4 = 0;          ///< Σ w |M|, Σ w M², Σ w M⁴
  double ground = 0;                         ///< number of states with ε <= tie
};

/// What sum_block() is told beside the tables.
struct BlockParameters {
  double beta = 0;
  double tie = 0;
  double magnetisation = 0;  ///< of the spins outside the block
};

/// energy and magnetisation hold one number per state of the block; energy is replaced by w.
[[nodiscard]] BlockSums sum_block(std::span<double> energy, std::span<const double> magnetisation,
                                  const BlockParameters& parameters);

/// In place, over the bits of the index from `first_bit` up: x(s) ← Σ_m x(m) (−1)^{|m & s|}. The
/// length is a power of 2.
void walsh_transform(std::span<double> x, int first_bit);

}  // namespace nmc
