#include "core/statistics/ess.hpp"

#include <algorithm>
#include <cmath>

#include "core/statistics/autocovariance.hpp"
#include "core/statistics/rhat.hpp"

namespace nmc::statistics {
namespace {

/// Multi-chain autocorrelation ρ(t) = 1 - (W - mean covariance(t)) / var⁺ (Vehtari et al. eq. 10).
Column autocorrelation(const ChainsRef& chains) {
  const auto n = static_cast<double>(chains.rows());
  Chains deviations = chains;
  const Column means = chains.colwise().mean().transpose();
  deviations.rowwise() -= means.transpose();
  const auto columns = static_cast<double>(chains.cols());
  const Column covariance = total_lagged_products(deviations) / (columns * n);
  const double within = covariance[0] * n / (n - 1);
  double total = covariance[0];
  if (chains.cols() > 1) total += sample_variance(means);
  return 1 - (within - covariance) / total;
}

/// Keeps pairs ρ(2k) + ρ(2k+1) while they are positive, and not larger than the pair before (Geyer
/// 1992, initial monotone sequence). Returns the number of terms kept; the one after them is set to
/// the last even ρ where that is positive, which helps antithetic chains.
Index keep_monotone(Column& rho) {
  const Column given = rho;
  rho.setZero();
  double even = 1, odd = given[1];
  rho[0] = even;
  rho[1] = odd;
  Index last = 0;
  while (last < given.size() - 5 && even + odd > 0) {
    last += 2;
    even = given[last];
    odd = given[last + 1];
    if (even + odd < 0) continue;
    rho[last] = even;
    rho[last + 1] = odd;
  }
  if (even > 0) rho[last] = even;
  for (Index t = 2; t <= last - 2; t += 2) {
    const double before = rho[t - 2] + rho[t - 1];
    if (rho[t] + rho[t + 1] > before) rho[t] = rho[t + 1] = before / 2;
  }
  return last;
}

// Fewer leave Geyer's sequence no pair beyond ρ(0) + ρ(1).
constexpr Index least_draws = 6;

/// 1 + 2 Σρ over the initial monotone sequence.
double basic_tau(const ChainsRef& chains) {
  if (chains.rows() < least_draws || is_degenerate(chains)) return not_a_number;
  Column rho = autocorrelation(scaled(chains).chains);
  const Index kept = keep_monotone(rho);
  return -1 + 2 * rho.head(kept).sum() + rho[kept];
}

double basic_ess(const ChainsRef& chains) {
  const double tau = basic_tau(chains);
  const auto S = static_cast<double>(chains.size());
  return std::isnan(tau) ? tau : S / std::max(tau, 1 / std::log10(S));
}

/// Of the event that a draw is at most `bound`.
double ess_below(const ChainsRef& chains, double bound) {
  const Chains is_below = (chains <= bound).cast<double>();
  return basic_ess(split_halves(is_below));
}

Chains squared_deviations(const ChainsRef& chains) {
  const Chains ordinary = scaled(chains).chains;
  return (ordinary - ordinary.mean()).square();
}

}  // namespace

double ess_bulk(const ChainsRef& chains) {
  if (is_degenerate(chains)) return not_a_number;
  return ess_plain(rank_normalised(split_halves(chains)));
}

double ess_quantile(const ChainsRef& chains, double probability) {
  if (is_degenerate(chains)) return not_a_number;
  return ess_below(chains, quantile(chains, probability));
}

double ess_tail(const ChainsRef& chains) {
  if (is_degenerate(chains)) return not_a_number;
  return ess_tail(chains, SortedDraws(chains));
}

double ess_tail(const ChainsRef& chains, const SortedDraws& sorted) {
  const double low = ess_below(chains, sorted.quantile(0.05));
  const double high = ess_below(chains, sorted.quantile(0.95));
  if (std::isnan(low)) return high;  // a discrete variable's largest value can be its quantile
  if (std::isnan(high)) return low;
  return std::min(low, high);
}

double ess_mean(const ChainsRef& chains) {
  return basic_ess(split_halves(chains));
}

double ess_sd(const ChainsRef& chains) {
  if (is_degenerate(chains)) return not_a_number;
  return ess_mean(squared_deviations(chains));
}

double ess_median(const ChainsRef& chains) {
  return ess_quantile(chains, 0.5);
}

double geyer_tau_int(const ChainsRef& chains) {
  return basic_tau(chains) / 2;
}

double ess_plain(const ChainsRef& chains) {
  return basic_ess(chains);
}

double mcse_mean(const ChainsRef& chains) {
  const ScaledChains draws = scaled(chains);
  const double variance = sample_variance(draws.chains.reshaped());
  return std::ldexp(std::sqrt(variance / ess_mean(draws.chains)), draws.exponent);
}

}  // namespace nmc::statistics
