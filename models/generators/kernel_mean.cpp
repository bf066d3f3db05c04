#include "models/generators/kernel_mean.hpp"

#include <algorithm>
#include <cmath>

namespace nmc {
namespace {

/// Σ_j k(x_i, y_j) over rows j that are not `skipped`, and its gradient by x_i.
struct RowSum {
  double value = 0;
  Eigen::ArrayXd by_x;
};

RowSum row_sum(const GaussianKernel& kernel, const Eigen::ArrayXd& x, const Batch& y,
               Index skipped) {
  RowSum sum{0, Eigen::ArrayXd::Zero(x.size())};
  const double share = 1 / static_cast<double>(kernel.squared_widths.size());
  for (Index j = 0; j < y.rows(); ++j) {
    if (j == skipped) continue;
    const Eigen::ArrayXd apart = x - y.row(j).transpose();
    const double square = apart.square().sum();
    double slope = 0;
    for (const double w : kernel.squared_widths) {
      const double k = share * std::exp(-square / (2 * w));
      sum.value += k;
      slope += k / w;
    }
    sum.by_x -= slope * apart;
  }
  return sum;
}

/// Mean of k over different rows of one set.
double own_mean(const GaussianKernel& kernel, const Batch& y) {
  double total = 0;
  for (Index j = 0; j < y.rows(); ++j) total += row_sum(kernel, y.row(j).transpose(), y, j).value;
  const auto n = static_cast<double>(y.rows());
  return total / (n * (n - 1));
}

}  // namespace

double median_squared_distance(const Batch& x) {
  constexpr Index kMostRows = 200;
  const Index n = std::min(x.rows(), kMostRows);
  std::vector<double> squares;
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < i; ++j) squares.push_back((x.row(i) - x.row(j)).square().sum());
  const auto middle = squares.begin() + std::ssize(squares) / 2;
  std::ranges::nth_element(squares, middle);
  return *middle;
}

double mean_discrepancy(const GaussianKernel& kernel, const Batch& x, const Batch& y, Batch* by_x) {
  const auto n = static_cast<double>(x.rows()), m = static_cast<double>(y.rows());
  const double own = 1 / (n * (n - 1)), other = 1 / (n * m);
  if (by_x != nullptr) by_x->resize(x.rows(), x.cols());
  double total = own_mean(kernel, y);
  for (Index i = 0; i < x.rows(); ++i) {
    const Eigen::ArrayXd row = x.row(i).transpose();
    const RowSum here = row_sum(kernel, row, x, i), there = row_sum(kernel, row, y, -1);
    total += own * here.value - 2 * other * there.value;
    if (by_x != nullptr) by_x->row(i) = (2 * own * here.by_x - 2 * other * there.by_x).transpose();
  }
  return total;
}

}  // namespace nmc
