#include "core/statistics/autocorrelation.hpp"

#include <algorithm>
#include <cmath>

#include "core/statistics/autocovariance.hpp"

namespace nmc::statistics {
namespace {

double rho_at(const Column& rho, Index t) {
  const Index lag = std::abs(t);
  return lag < rho.size() ? rho[lag] : 0;
}

double bartlett_error(const Column& rho, Index t, Index window, double N) {
  double sum = 0;
  for (Index k = 1; k <= t + window; ++k) {
    const double term = rho_at(rho, k + t) + rho_at(rho, k - t) - 2 * rho_at(rho, k) * rho[t];
    sum += term * term;
  }
  return std::sqrt(sum / N);
}

}  // namespace

Autocorrelation normalised_autocorrelation(const ChainsRef& chains) {
  const GammaResult gamma = gamma_method(chains);
  Autocorrelation result;
  if (!std::isfinite(gamma.tau_int)) return result;
  constexpr Index kLeast = 10, kMost = 2000;
  const Index lags = std::min({chains.rows() / 2, std::max(kLeast, 2 * gamma.window + 1), kMost});
  const Chains ordinary = scaled(chains).chains;
  const Column products = total_lagged_products(ordinary - ordinary.mean());
  // Twice as many as are shown, since errors at a lag need those beyond it.
  Column rho(std::min(products.size(), 2 * lags + gamma.window));
  for (Index t = 0; t < rho.size(); ++t)
    rho[t] = products[t] / static_cast<double>(chains.rows() - t);
  rho /= rho[0];
  result.window = gamma.window;
  result.tau_int = gamma.tau_int;
  result.rho = rho.head(lags);
  result.error.resize(lags);
  for (Index t = 0; t < lags; ++t)
    result.error[t] = bartlett_error(rho, t, gamma.window, static_cast<double>(chains.size()));
  return result;
}

}  // namespace nmc::statistics
