#pragma once

#include <limits>
#include <vector>

#include "core/batch.hpp"

/// Diagnostics of Markov chains. Everything here is a pure function of the chains.
///
/// What cannot be estimated is NaN, never a made-up number: any non-finite value among the draws,
/// all draws equal, or chains too short (the functions say how short).
namespace nmc::statistics {

/// One observable of several chains, (draws, chains), column-major: one chain is contiguous, and
/// the memory is a row-major [chain][draw] array as files hold it. All chains are equally long.
using Chains = Eigen::ArrayXXd;
using ChainsRef = Eigen::Ref<const Chains, 0, Eigen::OuterStride<>>;

/// Relative to the largest draw, differences that a sum of a few thousand terms may leave.
inline constexpr double kRounding = 0x1p-44;

inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// First and second halves of every chain as chains of their own, (draws / 2, 2 chains); the middle
/// draw is dropped where the number of draws is odd.
[[nodiscard]] Chains split_halves(const ChainsRef& chains);

/// No draw at all, a draw that is not finite, or all draws equal: nothing can be estimated.
[[nodiscard]] bool is_degenerate(const ChainsRef& chains);

/// The draws over 2^exponent, so that the largest is of order one and no square or product of them
/// over- or underflows. A power of two costs no digit: what is linear in the draws is 2^exponent
/// times its value on these, what is a ratio is the same. Draws of ordinary size stay as they are.
struct ScaledChains {
  Chains chains;
  int exponent = 0;
};
[[nodiscard]] ScaledChains scaled(const ChainsRef& chains);

/// Number of chains whose draws are all equal: a sampler that never moves, which R̂ of the mean can
/// miss.
[[nodiscard]] Index count_constant_chains(const ChainsRef& chains);

/// Quantile of all draws, linear between order statistics (type 7 of Hyndman and Fan 1996).
[[nodiscard]] double quantile(const ChainsRef& chains, double probability);

/// All draws, ascending.
[[nodiscard]] std::vector<double> sorted_draws(const ChainsRef& chains);

/// Σ (x - mean)² / (n - 1) over all draws; NaN for fewer than two.
[[nodiscard]] double sample_variance(const Eigen::Ref<const Column>& x);

}  // namespace nmc::statistics
