#include "tests/contracts/kernel_quadrature.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <vector>

#include "tests/contracts/gauss_legendre.hpp"

namespace nmc::test {
namespace {

constexpr int nodes = 10;
constexpr int functions = 3;
using Values = std::array<double, functions>;

const GaussLegendre<nodes> rule;

Column ratio(const OneSiteKernel& kernel, const Batch& x, double xi) {
  Batch proposal;
  Column log_ratio;
  kernel.propose(x, xi, proposal, log_ratio);
  return log_ratio;
}

using RatioOfX = std::function<Column(const Batch& x)>;

/// Adds the points where a ratio changes sign.
void append_kinks(const RatioOfX& ratio_at, double range, std::vector<double>& points) {
  constexpr Index cells = 600;
  const Batch grid = Column::LinSpaced(cells + 1, -range, range);
  const Column r = ratio_at(grid);
  std::vector<double> low, high;
  for (Index i = 0; i < cells; ++i) {
    if ((r(i) < 0) == (r(i + 1) < 0)) continue;
    const bool is_rising = r(i) < 0;
    low.push_back(grid(is_rising ? i : i + 1, 0));  // where r < 0
    high.push_back(grid(is_rising ? i + 1 : i, 0));
  }
  Batch a = Eigen::Map<Column>(low.data(), static_cast<Index>(low.size()));
  Batch b = Eigen::Map<Column>(high.data(), static_cast<Index>(high.size()));
  for (int step = 0; step < 45 && a.rows() > 0; ++step) {
    const Batch middle = 0.5 * (a + b);
    const Column here = ratio_at(middle);
    for (Index i = 0; i < a.rows(); ++i) (here(i) < 0 ? a : b)(i, 0) = middle(i, 0);
  }
  points.insert(points.end(), a.data(), a.data() + a.rows());
}

/// Those of all decisions in ascending order, with the ends of the range.
std::vector<double> kinks(const OneSiteKernel& kernel, double xi) {
  std::vector<double> points{-kernel.range, kernel.range};
  append_kinks([&](const Batch& x) { return ratio(kernel, x, xi); }, kernel.range, points);
  if (kernel.second_log_ratio)
    append_kinks([&](const Batch& x) { return kernel.second_log_ratio(x, xi); }, kernel.range,
                 points);
  std::ranges::sort(points);
  return points;
}

/// Nodes (n, 1) and weights of panels at most 0.15 long between the points.
void panels(const std::vector<double>& points, Batch& x, Column& w) {
  std::vector<double> all_x, all_w;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const double length = points[i + 1] - points[i];
    const int count = std::max(1, static_cast<int>(std::ceil(length / 0.15)));
    const double half = length / count / 2;
    for (int k = 0; k < count; ++k) {
      const double middle = points[i] + (2 * k + 1) * half;
      for (std::size_t node = 0; node < nodes; ++node) {
        all_x.push_back(middle + half * rule.x[node]);
        all_w.push_back(half * rule.w[node]);
      }
    }
  }
  x = Eigen::Map<Column>(all_x.data(), static_cast<Index>(all_x.size()));
  w = Eigen::Map<Column>(all_w.data(), static_cast<Index>(all_w.size()));
}

OneSiteKernel one_way_of(OneSiteKernel kernel, const OneSiteKernel::Propose& propose) {
  kernel.propose = propose;
  kernel.propose_back = {};
  return kernel;
}

Values at_momentum(const OneSiteKernel& kernel, double xi) {
  if (kernel.propose_back) {
    const Values there = at_momentum(one_way_of(kernel, kernel.propose), xi);
    const Values back = at_momentum(one_way_of(kernel, kernel.propose_back), xi);
    Values mean;
    for (std::size_t f = 0; f < functions; ++f) mean[f] = 0.5 * (there[f] + back[f]);
    return mean;
  }
  Batch x, proposal;
  Column w, log_ratio;
  panels(kinks(kernel, xi), x, w);
  kernel.propose(x, xi, proposal, log_ratio);
  // A trajectory that left the range of doubles is never accepted: the chain stays.
  const auto is_lost = (!log_ratio.isFinite()).eval();
  log_ratio = is_lost.select(Column::Constant(x.rows(), -1e300), log_ratio);
  proposal = is_lost.select(x.col(0), proposal.col(0)).eval();
  const double normal = std::exp(-0.5 * xi * xi) / std::sqrt(2 * std::numbers::pi);
  Column weight = normal * w * kernel.log_density(x).exp() * log_ratio.min(0.0).exp();
  if (kernel.second_log_ratio) weight *= kernel.second_log_ratio(x, xi).min(0.0).exp();
  return {(weight * (proposal.col(0) - x.col(0))).sum(),
          (weight * (proposal.col(0).square() - x.col(0).square())).sum(),
          (weight * (proposal.col(0).cos() - x.col(0).cos())).sum()};
}

Values panel(const OneSiteKernel& kernel, double a, double b) {
  Values sum{};
  for (std::size_t node = 0; node < nodes; ++node) {
    const Values here = at_momentum(kernel, 0.5 * (a + b) + 0.5 * (b - a) * rule.x[node]);
    for (std::size_t f = 0; f < functions; ++f) sum[f] += 0.5 * (b - a) * rule.w[node] * here[f];
  }
  return sum;
}

Values adaptive(const OneSiteKernel& kernel, double a, double b, const Values& coarse, int depth) {
  const double middle = 0.5 * (a + b);
  const Values left = panel(kernel, a, middle), right = panel(kernel, middle, b);
  double error = 0;
  for (std::size_t f = 0; f < functions; ++f) {
    error = std::max(error, std::abs(left[f] + right[f] - coarse[f]));
  }
  Values sum;
  const bool is_done = error < 3e-12 || depth == 0;
  const Values l = is_done ? left : adaptive(kernel, a, middle, left, depth - 1);
  const Values r = is_done ? right : adaptive(kernel, middle, b, right, depth - 1);
  for (std::size_t f = 0; f < functions; ++f) sum[f] = l[f] + r[f];
  return sum;
}

}  // namespace

double normalisation(const OneSiteKernel& kernel) {
  Batch x;
  Column w;
  panels({-kernel.range, kernel.range}, x, w);
  return (w * kernel.log_density(x).exp()).sum();
}

double invariance_defect(const OneSiteKernel& kernel) {
  Values total{};
  constexpr double end = 7.5;  // beyond: 1e-13 of the normal
  for (double a = -end; a < end; a += 1.5) {
    const Values here = adaptive(kernel, a, a + 1.5, panel(kernel, a, a + 1.5), 12);
    for (std::size_t f = 0; f < functions; ++f) total[f] += here[f];
  }
  double worst = 0;
  for (const double value : total) {
    if (!std::isfinite(value)) return std::numeric_limits<double>::infinity();
    worst = std::max(worst, std::abs(value));
  }
  return worst / normalisation(kernel);
}

}  // namespace nmc::test
