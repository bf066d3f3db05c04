#pragma once

#include "core/simd/tile.hpp"

namespace nmc {

/// One spin of each of kTile chains with the logit a: q(+1) = 1/(1 + e^-a). All arrays (kTile).
struct SpinDraw {
  const double* logits;
  const double* u = nullptr;      ///< uniforms; null where all spins are given
  const double* given = nullptr;  ///< spins; null where all are drawn
  const double* kept = nullptr;   ///< tokens that a chain keeps; null: all where spins are given
  double token = 0;
  double* s = nullptr;         ///< +1 where u < q(+1), or what is given where kept > token
  double* exponent = nullptr;  ///< += min(s a, 0)
  double* norm = nullptr;      ///< *= 1 + e^-|a|, so that ln q of tokens needs one logarithm
  double* log_q = nullptr;     ///< ln q(s) = min(s a, 0) − ln(1 + e^-|a|) of this token; or null
  double* up = nullptr;        ///< q(+1); or null
};
void draw_spins(const SpinDraw& draw);

}  // namespace nmc
