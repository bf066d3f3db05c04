#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/linear/factors.hpp"
#include "tests/contracts/kernels_under_test.hpp"

namespace nmc::test {
namespace {

/// Points of a square grid on [−8, 8]^sites. Spacing 0.1 resolves the narrowest direction, of
/// width √0.1, and the trapezoidal rule converges exponentially: its error is below 1e-15.
constexpr double spacing = 0.1;
constexpr Index side = 161;

Batch grid(Index sites) {
  const Index points = sites == 1 ? side : side * side;
  Batch x(points, sites);
  for (Index p = 0; p < points; ++p) {
    x(p, 0) = spacing * static_cast<double>(p % side - side / 2);
    if (sites == 2) x(p, 1) = spacing * static_cast<double>(p / side - side / 2);
  }
  return x;
}

/// p(s_i = +1 | x) of every site: the uniform at which the spin turns over, by bisection.
Batch odds_of_up(const DualIsing& field, const Batch& x) {
  Batch low = Batch::Zero(x.rows(), x.cols()), high = Batch::Ones(x.rows(), x.cols());
  for (int step = 0; step < 50; ++step) {
    const Batch middle = 0.5 * (low + high);
    const auto is_up = (field.spins_given_field(x, middle) > 0).eval();
    low = is_up.select(middle, low);
    high = is_up.select(high, middle);
  }
  return 0.5 * (low + high);
}

/// N(x; m_s, C) at all points; mean and factor of C from chosen normals.
Column conditional_density(const DualIsing& field, const Batch& spins, const Batch& x) {
  const Index sites = x.cols();
  const Batch mean = field.field_given_spins(spins, Batch::Zero(1, sites));
  Eigen::MatrixXd factor(sites, sites);
  for (Index j = 0; j < sites; ++j) {
    Batch unit = Batch::Zero(1, sites);
    unit(0, j) = 1;
    factor.col(j) = (field.field_given_spins(spins, unit) - mean).matrix().transpose();
  }
  const Eigen::MatrixXd covariance = factor * factor.transpose();
  const Eigen::MatrixXd away = (x.rowwise() - mean.row(0)).matrix();
  const Column square =
      (away * linear::inverse(covariance)).cwiseProduct(away).rowwise().sum().array();
  return (-0.5 * square).exp() / std::sqrt(linear::determinant(2 * std::numbers::pi * covariance));
}

}  // namespace

std::unique_ptr<DualIsing> small_field(Index sites) {
  Graph graph;
  graph.sites = sites;
  graph.field = sites == 1 ? std::vector<double>{0.7} : std::vector<double>{0.7, -0.2};
  if (sites == 2) graph.bonds = {{0, 1, 1.0}};
  return std::make_unique<DualIsing>(graph, 0.6);
}

double block_gibbs_defect(Index sites) {
  const auto field = small_field(sites);
  const Batch x = grid(sites);
  const double cell = std::pow(spacing, sites);
  Column p = field->log_density(x).exp();
  p /= p.sum() * cell;
  const Batch up = odds_of_up(*field, x);
  Column after = Column::Zero(x.rows());
  for (int bits = 0; bits < (1 << sites); ++bits) {
    Batch spins(1, sites);
    Column odds = Column::Ones(x.rows());
    for (Index i = 0; i < sites; ++i) {
      spins(0, i) = (bits >> i & 1) != 0 ? 1 : -1;
      odds *= spins(0, i) > 0 ? up.col(i) : (1 - up.col(i)).eval();
    }
    after += (p * odds).sum() * cell * conditional_density(*field, spins, x);
  }
  if (!after.allFinite()) return std::numeric_limits<double>::infinity();
  return (after - p).abs().maxCoeff();
}

}  // namespace nmc::test
