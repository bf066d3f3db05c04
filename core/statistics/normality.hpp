#pragma once

#include "core/batch.hpp"
#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// How far a variable is from a standard normal one.
struct Normality {
  double mean = not_a_number;      ///< 0
  double variance = not_a_number;  ///< about its own mean, 1
  double skewness = not_a_number;  ///< 0
  double kurtosis = not_a_number;  ///< excess, 0
  /// Kolmogorov's distance sup |F_n − Φ|.
  double distance = not_a_number;
};

/// Of at least 8 draws, (draws); UserError for fewer.
[[nodiscard]] Normality normality(const Column& z);

/// Kolmogorov's distance that n independent draws of the standard normal exceed once in a hundred:
/// the asymptotic 1.628 with the correction of Stephens, JRSS B 32, 115 (1970).
[[nodiscard]] double kolmogorov_limit(double draws);

/// Φ(z).
[[nodiscard]] double normal_distribution(double z);

}  // namespace nmc::statistics
