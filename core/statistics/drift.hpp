#pragma once

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// Whether chains still change as they go on: the mean of their first tenth against that of their
/// last half (Geweke, Bayesian Statistics 4, 169 (1992)).
struct Drift {
  double change = not_a_number;  ///< mean of the last half minus that of the first tenth
  double p = not_a_number;       ///< of a change at least as large in stationary chains
};

/// From eight chains on the error is that of independent chains, a t-test of one change per chain,
/// which needs nothing to be known of their autocorrelations. Of fewer chains it comes from the Γ
/// method in both parts. NaN where nothing can be said: fewer than ten draws, chains that do not
/// move, or few chains whose parts are shorter than 50 autocorrelation times.
[[nodiscard]] Drift find_drift(const ChainsRef& chains);

}  // namespace nmc::statistics
