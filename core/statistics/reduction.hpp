#pragma once

#include <vector>

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// What reduces the variance of observables: functions of the configurations with mean 0, in bins
/// of draws.
struct Variates {
  Index draws_per_bin = 1;
  std::vector<Chains> values{};  ///< means over the full bins, (bins, chains) each

  [[nodiscard]] Index bins() const { return values.empty() ? 0 : values.front().rows(); }
};

/// Fewer independent draws, of all chains together, have no reduced mean.
inline constexpr double kLeastIndependentDraws = 50;

/// Bin means of an observable less a linear combination of the variates, (bins, chains). Its mean
/// is that of the observable: the coefficients that one half of the chains is corrected with
/// (of a single chain one half of its bins) come from the other half, where they make the variance
/// of the mean least, so that the correction has mean 0 whatever they are (cross-fitting). The
/// covariances are those of means over some tau, so that slow modes count as they do in the error;
/// `tau` in draws. Variates beyond a tenth of the independent draws are left out, from the last.
/// (0, 0) where there are fewer than kLeastIndependentDraws.
/// `binned`: means of the observable over the same bins.
[[nodiscard]] Chains reduced(const Chains& binned, const Variates& variates, double tau);

/// Means of the draws of all full bins, (bins, chains).
[[nodiscard]] Chains bin_means(const ChainsRef& draws, Index draws_per_bin, Index bins);

}  // namespace nmc::statistics
