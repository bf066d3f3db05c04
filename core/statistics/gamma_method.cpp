#include "core/statistics/gamma_method.hpp"

#include <cmath>

#include "core/statistics/autocovariance.hpp"

namespace nmc::statistics {
namespace {

/// Γ(t), t = 0 … draws-1: products of all chains over their number N - R t (Wolff eq. 31).
Column centred_autocorrelation(const ChainsRef& chains, double mean, Centre centre) {
  Chains deviations = chains - mean;
  if (centre == Centre::chain_mean) deviations.rowwise() -= deviations.colwise().mean().eval();
  Column gamma = total_lagged_products(deviations);
  for (Index t = 0; t < gamma.size(); ++t) {
    gamma[t] /= static_cast<double>(chains.cols() * (chains.rows() - t));
  }
  return gamma;
}

/// Wolff eq. 52: the truncation error e^{-W/τ} falls below the statistical error √(τ/(W N)) where
/// this turns negative. τ is the exponential time that goes with S.
double window_criterion(double tau_int, double S, Index W, double N) {
  const double tau = S / std::log((2 * tau_int + 1) / (2 * tau_int - 1));
  const auto w = static_cast<double>(W);
  return std::exp(-w / tau) - tau / std::sqrt(w * N);
}

/// A sum of draws far from 0 rounds at its own size; what lies about its mean is summed again.
double mean_of_draws(const ChainsRef& chains) {
  const double rough = chains.mean();
  const double rest = (chains - rough).mean();
  return std::isfinite(rest) ? rough + rest : rough;
}

GammaResult gamma_method_of_ordinary(const ChainsRef& chains, const GammaOptions& options) {
  GammaResult result;
  result.mean = mean_of_draws(chains);
  const Index last_window = chains.rows() / 2 - 1;
  if (last_window < 1 || is_degenerate(chains)) return result;

  const Column gamma = centred_autocorrelation(chains, result.mean, options.centre);
  result.variance = gamma[0];
  if (!(gamma[0] > 0)) return result;
  const auto N = static_cast<double>(chains.size());
  // Sums at ½ or below have no exponential time; a hair above ½ makes the window close at once.
  const double least = 0.5 + std::numeric_limits<double>::epsilon();
  double sum = 0.5, tau_int = 0.5;
  Index W = 0;
  while (W < last_window && !result.window_found) {
    ++W;
    sum += gamma[W] / gamma[0];
    tau_int = std::max(sum, least);
    result.window_found = window_criterion(tau_int, options.S, W, N) < 0;
  }
  const auto w = static_cast<double>(W);
  result.window = W;
  result.tau_sum = sum;
  result.is_clamped = sum < 0.5;
  result.tau_int = tau_int * (1 + (2 * w + 1) / N) / (1 + 1 / N);
  result.tau_int_error = 2 * tau_int * std::sqrt(std::abs(w + 0.5 - tau_int) / N);
  result.error = std::sqrt(2 * result.tau_int * gamma[0] * (1 + 1 / N) / N);
  result.error_error = result.error * std::sqrt((w + 0.5) / N);
  return result;
}

}  // namespace

GammaResult gamma_method(const ChainsRef& chains, const GammaOptions& options) {
  if (chains.size() == 0 || !chains.allFinite()) return {};
  const ScaledChains ordinary = scaled(chains);
  GammaResult result = gamma_method_of_ordinary(ordinary.chains, options);
  for (double* linear : {&result.mean, &result.error, &result.error_error})
    *linear = std::ldexp(*linear, ordinary.exponent);
  result.variance = std::ldexp(result.variance, 2 * ordinary.exponent);
  return result;
}

}  // namespace nmc::statistics
