#include "core/statistics/least_squares.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/errors.hpp"
#include "core/linear/factors.hpp"
#include "core/statistics/design.hpp"
#include "core/statistics/held_out.hpp"

namespace nmc::statistics {
namespace {

/// The normal equations of some draws.
struct NormalEquations {
  Eigen::MatrixXd products;
  Eigen::VectorXd with_y;
};

Column solve(const NormalEquations& all, const NormalEquations& without) {
  Eigen::MatrixXd products = all.products - without.products;
  // Features are in units of their widths; what is a combination of others must not blow up.
  products.diagonal().array() += 1e-12 * products.diagonal().maxCoeff();
  return linear::solve_ldlt(products, Eigen::VectorXd(all.with_y - without.with_y)).array();
}

}  // namespace

std::vector<Estimate> least_squares(const Batch& features, const Column& y) {
  const Index n = y.size(), count = features.cols();
  const Index needed = kDrawsPerCoefficient * (count + 1);
  require(features.rows() == n && n >= needed && n >= kRegressionGroups,
          fmt::format("{} draws are too few for a regression on {} variables: it takes {}", n,
                      count, std::max(needed, kRegressionGroups)));
  const Design design = design_of(features);
  const auto equations = [&](Index first, Index rows) {
    const auto some = design.X.middleRows(first, rows);
    return NormalEquations{some.transpose() * some,
                           some.transpose() * y.segment(first, rows).matrix()};
  };
  const NormalEquations all = equations(0, n);
  const NormalEquations none{Eigen::MatrixXd::Zero(count + 1, count + 1),
                             Eigen::VectorXd::Zero(count + 1)};
  const Column fit = solve(all, none);
  Batch deleted(kRegressionGroups, count + 1);
  for (Index g = 0; g < kRegressionGroups; ++g) {
    const Index first = n * g / kRegressionGroups, end = n * (g + 1) / kRegressionGroups;
    deleted.row(g) = solve(all, equations(first, end - first)).transpose();
  }
  std::vector<Estimate> coefficients;
  for (Index f = 0; f < count; ++f) {
    const double left = static_cast<double>(kRegressionGroups - 1);
    const double square = (deleted.col(f) - deleted.col(f).mean()).square().mean() * left;
    coefficients.push_back({fit(f) / design.width(f), std::sqrt(square) / design.width(f)});
  }
  return coefficients;
}

}  // namespace nmc::statistics
