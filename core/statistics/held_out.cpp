#include "core/statistics/held_out.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/errors.hpp"
#include "core/linear/factors.hpp"
#include "core/statistics/design.hpp"

namespace nmc::statistics {
namespace {

/// Sums over a fold: of products of the features, of them with y, and of y.
struct Moments {
  Eigen::MatrixXd products;
  Eigen::VectorXd with_y;
};

}  // namespace

Estimate held_out(const Batch& features, const Column& y) {
  const Index n = y.size(), needed = kDrawsPerCoefficient * (features.cols() + 1);
  require(features.rows() == n,
          fmt::format("a regression of {} numbers on {} rows", n, features.rows()));
  require(n >= needed, fmt::format("{} draws are too few for a regression on {} variables: it "
                                   "takes {}",
                                   n, features.cols(), needed));
  const Eigen::MatrixXd X = design_of(features).X;
  Moments all{X.transpose() * X, X.transpose() * y.matrix()};
  // What is a combination of other features, or constant, must not blow up: 1e-10 of their width.
  all.products.diagonal().array() += 1e-10 * static_cast<double>(n);
  Column of_fold(kFolds);
  double left = 0, total = 0;
  for (Index fold = 0; fold < kFolds; ++fold) {
    const Index first = n * fold / kFolds, count = n * (fold + 1) / kFolds - first;
    const auto rows = X.middleRows(first, count);
    const auto here = y.segment(first, count);
    const Eigen::VectorXd fit =
        linear::solve_ldlt(all.products - rows.transpose() * rows,
                           Eigen::VectorXd(all.with_y - rows.transpose() * here.matrix()));
    const double mean_of_others = (y.sum() - here.sum()) / static_cast<double>(n - count);
    const double unexplained = (here.matrix() - rows * fit).squaredNorm();
    const double spread = (here - mean_of_others).square().sum();
    of_fold(fold) = 1 - unexplained / spread;
    left += unexplained;
    total += spread;
  }
  // What is left of a constant is rounding.
  constexpr double kRounding = 1e-24;
  if (!(total > kRounding * y.square().sum())) return {};
  return {1 - left / total, std::sqrt(sample_variance(of_fold) / static_cast<double>(kFolds))};
}

}  // namespace nmc::statistics
