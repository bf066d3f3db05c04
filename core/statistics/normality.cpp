#include "core/statistics/normality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/errors.hpp"

namespace nmc::statistics {

double normal_distribution(double z) {
  return 0.5 * std::erfc(-z * std::sqrt(0.5));
}

double kolmogorov_limit(double draws) {
  constexpr double kOnceInAHundred = 1.6276;
  const double root = std::sqrt(draws);
  return kOnceInAHundred / (root + 0.12 + 0.11 / root);
}

Normality normality(const Column& z) {
  constexpr Index kLeast = 8;
  require(z.size() >= kLeast,
          fmt::format("{} draws are too few for moments and a distance from a normal: it takes {}",
                      z.size(), kLeast));
  Normality result;
  result.mean = z.mean();
  const Column centred = z - result.mean;
  result.variance = sample_variance(z);
  const double second = centred.square().mean();
  result.skewness = centred.cube().mean() / std::pow(second, 1.5);
  result.kurtosis = centred.square().square().mean() / (second * second) - 3;
  std::vector<double> sorted(z.begin(), z.end());
  std::ranges::sort(sorted);
  const auto n = static_cast<double>(sorted.size());
  double distance = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double exact = normal_distribution(sorted[i]), below = static_cast<double>(i) / n;
    distance = std::max({distance, exact - below, below + 1 / n - exact});
  }
  result.distance = distance;
  return result;
}

}  // namespace nmc::statistics
