#pragma once

#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// k(x, y) = mean over the squared widths w of exp(−|x − y|²/2w).
struct GaussianKernel {
  std::vector<double> squared_widths{};  ///< positive
};

/// The median of |x − y|² over pairs of the first rows, so many that it is cheap.
[[nodiscard]] double median_squared_distance(const Batch& x);

/// The unbiased estimate of the square of the maximum mean discrepancy of two densities from
/// draws of each (Gretton et al., JMLR 13, 723 (2012), eq. 3), which may be negative; its gradient
/// by the first draws goes to by_x unless that is null. At least two rows each.
[[nodiscard]] double mean_discrepancy(const GaussianKernel& kernel, const Batch& x, const Batch& y,
                                      Batch* by_x = nullptr);

}  // namespace nmc
