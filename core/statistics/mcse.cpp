#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>

#include "core/statistics/ess.hpp"

namespace nmc::statistics {

double mcse_sd(const ChainsRef& chains) {
  if (is_degenerate(chains)) return not_a_number;
  // Delta method: var(sd) = var(variance) / (4 variance), var(variance) = (μ₄ - μ₂²) / ESS
  const ScaledChains draws = scaled(chains);
  const Chains squares = (draws.chains - draws.chains.mean()).square();
  const double mu2 = squares.mean(), mu4 = squares.square().mean();
  const double variance = (mu4 - mu2 * mu2) / ess_mean(squares) / mu2 / 4;
  return std::ldexp(std::sqrt(variance), draws.exponent);
}

double mcse_quantile(const ChainsRef& chains, double probability) {
  const double ess = ess_quantile(chains, probability);
  if (!std::isfinite(ess)) return not_a_number;
  // Order statistics at ±1 standard deviation of the quantile's Beta distribution (Vehtari et al.
  // 2021, section 4.5)
  const std::vector<double> draws = sorted_draws(chains);
  const auto S = static_cast<double>(draws.size());
  const double a = ess * probability + 1, b = ess * (1 - probability) + 1;
  const double low = boost::math::ibeta_inv(a, b, 0.1586553);
  const double high = boost::math::ibeta_inv(a, b, 0.8413447);
  const auto first = static_cast<std::size_t>(std::max(std::floor(low * S), 1.0));
  const auto last = static_cast<std::size_t>(std::min(std::ceil(high * S), S));
  return draws[last - 1] / 2 - draws[first - 1] / 2;  // halves cannot overflow
}

double mcse_median(const ChainsRef& chains) {
  return mcse_quantile(chains, 0.5);
}

}  // namespace nmc::statistics
