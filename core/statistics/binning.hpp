#pragma once

#include <vector>

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

struct BinningLevel {
  Index bin = 0;   ///< draws per bin, 1, 2, 4, …
  Index bins = 0;  ///< bins of all chains
  double error = not_a_number;
  double tau_int = not_a_number;  ///< ½ (error / error at bin = 1)²
};

/// Bins of 2^k draws within each chain, pooled over the chains; what does not fill a bin is left
/// out. Levels end where fewer than `least_bins` bins remain.
[[nodiscard]] std::vector<BinningLevel> binning(const ChainsRef& chains, Index least_bins = 8);

}  // namespace nmc::statistics
