#pragma once

#include <Eigen/Core>

#include "core/batch.hpp"

namespace nmc::statistics {

/// The columns of a regression.
struct Design {
  Eigen::MatrixXd X;  ///< (draws, features + 1): about their means, over their widths; then ones
  Column width;       ///< standard deviations, (features); 1 of a feature that does not vary
};

/// A feature that does not vary becomes a column of zeros.
[[nodiscard]] Design design_of(const Batch& features);

}  // namespace nmc::statistics
