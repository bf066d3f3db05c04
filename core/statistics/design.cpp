#include "core/statistics/design.hpp"

#include <cmath>

namespace nmc::statistics {

Design design_of(const Batch& features) {
  const Index count = features.cols();
  Design design{Eigen::MatrixXd::Zero(features.rows(), count + 1), Column::Ones(count)};
  design.X.col(count).setOnes();
  for (Index f = 0; f < count; ++f) {
    const double mean = features.col(f).mean();
    const double width = std::sqrt((features.col(f) - mean).square().mean());
    if (!(width > 0)) continue;
    design.width(f) = width;
    design.X.col(f) = ((features.col(f) - mean) / width).matrix();
  }
  return design;
}

}  // namespace nmc::statistics
