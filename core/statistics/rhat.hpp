#pragma once

#include "core/statistics/chains.hpp"

/// R̂ of Vehtari, Gelman, Simpson, Carpenter and Bürkner, Bayesian Analysis 16, 667 (2021), as the
/// package posterior computes them. NaN for degenerate draws, or fewer than two draws per (half)
/// chain.
namespace nmc::statistics {

/// √((B/W + n - 1)/n) without splitting or ranks (Gelman and Rubin); NaN for a single chain.
[[nodiscard]] double rhat_plain(const ChainsRef& chains);
/// The same on half chains.
[[nodiscard]] double rhat_split(const ChainsRef& chains);
/// Half chains, rank-normalised: sees chains at different places.
[[nodiscard]] double rhat_bulk(const ChainsRef& chains);
/// The same for |x - median|: sees chains of different widths, such as one that never moves.
[[nodiscard]] double rhat_folded(const ChainsRef& chains);
/// The larger of the last two; the first alone where |x - median| is constant (two values).
[[nodiscard]] double rhat(const ChainsRef& chains);
/// The same from R̂ values that are known already.
[[nodiscard]] double larger_rhat(double bulk, double folded);

/// Φ⁻¹((rank - 3/8)/(S + 1/4)) with ranks over all S draws, ties by their average rank; draws
/// within kRounding of the largest are ties.
[[nodiscard]] Chains rank_normalised(const ChainsRef& chains);
/// |x - median of all draws|.
[[nodiscard]] Chains folded(const ChainsRef& chains);

/// Probability of an R̂ at least this large where `chains` chains of `draws` independent draws each
/// agree: R̂² n − (n − 1) is B/W, an F, of 2 chains halves of n draws.
[[nodiscard]] double rhat_p(double rhat, Index draws, Index chains);

}  // namespace nmc::statistics
