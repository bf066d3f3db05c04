#pragma once

#include "core/statistics/chains.hpp"
#include "core/statistics/sorted_draws.hpp"

/// Effective sample sizes of Vehtari et al. 2021 (Geyer's initial monotone sequence on all half
/// chains together), at most S log10 S of S draws. NaN for degenerate draws, or fewer than six
/// draws per (half) chain. The tail of a discrete variable is the one quantile that splits it.
namespace nmc::statistics {

[[nodiscard]] double ess_bulk(const ChainsRef& chains);  ///< rank-normalised draws
[[nodiscard]] double ess_tail(const ChainsRef& chains);  ///< smaller of the 5 % and 95 % quantiles
/// The same of finite draws that were sorted before.
[[nodiscard]] double ess_tail(const ChainsRef& chains, const SortedDraws& sorted);
[[nodiscard]] double ess_mean(const ChainsRef& chains);    ///< draws as they are
[[nodiscard]] double ess_sd(const ChainsRef& chains);      ///< (x - mean)²
[[nodiscard]] double ess_median(const ChainsRef& chains);  ///< 50 % quantile
[[nodiscard]] double ess_quantile(const ChainsRef& chains, double probability);
[[nodiscard]] double ess_plain(const ChainsRef& chains);  ///< as ess_mean without splitting

/// τ_int = ½ + Σρ by the same sequence without splitting, and without the bound on the ESS: below ½
/// for antithetic draws.
[[nodiscard]] double geyer_tau_int(const ChainsRef& chains);

/// Monte Carlo standard errors that go with them.
[[nodiscard]] double mcse_mean(const ChainsRef& chains);
[[nodiscard]] double mcse_sd(const ChainsRef& chains);
[[nodiscard]] double mcse_quantile(const ChainsRef& chains, double probability);
[[nodiscard]] double mcse_median(const ChainsRef& chains);

}  // namespace nmc::statistics
