#include "core/statistics/binning.hpp"

#include <cmath>

namespace nmc::statistics {
namespace {

/// Means of consecutive pairs of every chain.
Chains paired(const ChainsRef& bins) {
  const Index pairs = bins.rows() / 2;
  Chains means(pairs, bins.cols());
  for (Index chain = 0; chain < bins.cols(); ++chain) {
    for (Index i = 0; i < pairs; ++i) {
      means(i, chain) = (bins(2 * i, chain) + bins(2 * i + 1, chain)) / 2;
    }
  }
  return means;
}

}  // namespace

std::vector<BinningLevel> binning(const ChainsRef& chains, Index least_bins) {
  std::vector<BinningLevel> levels;
  if (is_degenerate(chains)) return levels;
  const ScaledChains ordinary = scaled(chains);
  Chains bins = ordinary.chains;
  for (Index bin = 1; bins.size() >= std::max<Index>(least_bins, 2); bin *= 2) {
    BinningLevel level{bin, bins.size()};
    level.error = std::sqrt(sample_variance(bins.reshaped()) / static_cast<double>(bins.size()));
    const double ratio = levels.empty() ? 1 : level.error / levels.front().error;
    level.tau_int = 0.5 * ratio * ratio;
    levels.push_back(level);
    bins = paired(bins);
  }
  for (BinningLevel& level : levels) level.error = std::ldexp(level.error, ordinary.exponent);
  return levels;
}

}  // namespace nmc::statistics
