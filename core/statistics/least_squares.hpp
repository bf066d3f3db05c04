#pragma once

#include <vector>

#include "core/statistics/estimate.hpp"

namespace nmc::statistics {

/// Groups of consecutive draws over which the coefficients of a regression are jackknifed.
inline constexpr Index kRegressionGroups = 20;

/// Coefficients of the least squares of y (draws) on the columns of `features` (draws, features)
/// and a constant, which is not among them. Errors by the delete-one jackknife over
/// kRegressionGroups groups of consecutive draws: where the draws of a chain follow each other,
/// groups are whole chains, and neither unequal variances nor autocorrelation makes them too small.
/// A column that does not vary has the coefficient 0. UserError for fewer than kDrawsPerCoefficient
/// draws a coefficient.
[[nodiscard]] std::vector<Estimate> least_squares(const Batch& features, const Column& y);

}  // namespace nmc::statistics
