#pragma once

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// How much of each chain lies in each of `bins` equal parts of the ranks of all draws, over the
/// even share, (bins, chains): 1 everywhere where chains agree. Draws that are equal, up to
/// rounding, share their ranks evenly, so that also draws of few values make 1. No draw may be NaN.
[[nodiscard]] Chains rank_shares(const ChainsRef& chains, Index bins);

}  // namespace nmc::statistics
