#pragma once

#include <cstddef>

#include "core/batch.hpp"

/// Spins of a restricted Boltzmann machine turned over, chains side by side in vectors. A hidden
/// unit with the field θ and t = tanh θ, of which a flip changes the field by δ, has
///   cosh(θ + δ)/cosh θ = cosh δ + t sinh δ,   tanh(θ + δ) = (t + τ)/(1 + t τ),  τ = tanh δ,
/// so that nothing is computed but products of what tables hold for each weight.
namespace nmc::wave {

/// Of one spin: cosh, sinh and tanh of 2 W_j of every hidden unit, (hidden) each; complex ones have
/// their imaginary parts `hidden` further on.
struct FlipTable {
  const double* cosh = nullptr;
  const double* sinh = nullptr;
  const double* tanh = nullptr;
  const double* spin = nullptr;  ///< s of every chain: δ_j = −2 W_j s
};

/// The hidden units of some chains, t (chains, hidden), column-major.
struct HiddenUnits {
  const double* t_re = nullptr;
  const double* t_im = nullptr;  ///< null where all is real
  Index stride = 0;              ///< of columns, a multiple of kLanes
  Index hidden = 0;
};

/// Chains of a vector on every machine; batches are padded to them.
inline constexpr Index kLanes = 8;

/// θ_j = b_j + Σ_i W_ij s_i of every chain, the real or the imaginary part.
struct FieldSum {
  const double* spins = nullptr;  ///< (stride, sites), column-major
  const double* W = nullptr;      ///< (sites, hidden), row by row
  const double* bias = nullptr;   ///< (hidden)
  Index stride = 0, sites = 0, hidden = 0;
  double* theta = nullptr;  ///< (stride, hidden), column-major
};
void sum_fields(const FieldSum& sum);

/// Π_j cosh(θ_j + Σ δ_j)/cosh θ_j over the flips, of every chain, (stride); im null where real.
void flip_ratios(const HiddenUnits& units, const FlipTable* flips, std::size_t count, double* re,
                 double* im);

/// t after one flip, where `taken` is not 0, (stride).
struct TakenFlip {
  FlipTable flip;
  const double* taken = nullptr;
};
void take_flip(const HiddenUnits& units, const TakenFlip& flip, double* t_re, double* t_im);

}  // namespace nmc::wave
