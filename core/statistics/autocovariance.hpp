#pragma once

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// Sums of lagged products of every column, (draws, columns):
/// result(t, c) = Σ_i x(i, c) x(i + t, c), i = 0 … draws-1-t. By a zero-padded FFT, O(n log n).
/// Subtract the mean first.
[[nodiscard]] Chains lagged_products(const ChainsRef& x);

/// Their sum over the columns, (draws), at half the cost.
[[nodiscard]] Column total_lagged_products(const ChainsRef& x);

}  // namespace nmc::statistics
