#pragma once

#include "core/batch.hpp"
#include "core/statistics/estimate.hpp"

namespace nmc::statistics {

inline constexpr Index kFolds = 10;
/// Draws that a regression takes for each of its coefficients.
inline constexpr Index kDrawsPerCoefficient = 10;

/// R² of numbers that a regression has not seen, 1 − Σ (y − ŷ)² / Σ (y − ȳ)² over all draws, each
/// predicted by the fit to the other folds and ȳ the mean of those; 0 or below where nothing is
/// explained. The error comes from the spread over the folds.
///
/// Least squares of y (draws) on the columns of `features` (draws, features) and a constant, by
/// cross-validation over kFolds runs of consecutive draws, so that a chain is not on both sides.
/// UserError, with the number needed, for too few draws; NaN where y does not vary.
[[nodiscard]] Estimate held_out(const Batch& features, const Column& y);

}  // namespace nmc::statistics
