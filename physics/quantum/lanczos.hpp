#pragma once

#include <Eigen/Core>
#include <functional>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// The lowest eigenvector of a symmetric matrix that is known by its products.
struct LowestState {
  double value = 0;
  Eigen::VectorXd vector;  ///< of length 1
  double residual = 0;     ///< |H v − value v|
  Index products = 0;
};

struct LanczosOptions {
  double tolerance = 1e-12;  ///< of the residual, times the largest Ritz value
  Index most_steps = 3000;
  Index seed = 1;  ///< of the first vector
};

/// Lanczos' recursion (J. Res. Natl. Bur. Stand. 45, 255 (1950)) without reorthogonalisation: what
/// it loses are copies of values that it has found, and not the lowest. The vectors are made twice
/// and none is kept, so that memory is that of five. `apart`: orthonormal eigenvectors, the search
/// is orthogonal to. NumericalError where the residual does not come down.
[[nodiscard]] LowestState lowest_state(
    const std::function<Eigen::VectorXd(const Eigen::VectorXd&)>& product, Index size,
    const std::vector<const Eigen::VectorXd*>& apart = {}, const LanczosOptions& options = {});

}  // namespace nmc
