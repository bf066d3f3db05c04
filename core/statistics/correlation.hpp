#pragma once

#include "core/statistics/estimate.hpp"

namespace nmc::statistics {

/// Pearson's r of n independent pairs with Fisher's standard error (1 - r²)/√n; NaN where one of
/// the two does not vary.
[[nodiscard]] Estimate correlation_of(const Column& a, const Column& b);

}  // namespace nmc::statistics
