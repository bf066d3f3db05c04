#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/interfaces.hpp"
#include "core/linear/factors.hpp"
#include "core/random/streams.hpp"
#include "samplers/learned/radial_fit.hpp"
#include "samplers/learned/whitened.hpp"
#include "tests/samplers/test_densities.hpp"

namespace nmc {
namespace {

constexpr Index kDimensions = 3;

RadialWarp wavy() {
  return {kDimensions, 2.5, {0.7, 1.4, 0.3, 2, 1.1, 0.6}};
}

/// Lengths on all pieces, beyond the last knot, and 0.
Batch warp_points() {
  Batch y(40, kDimensions);
  fill_normal({.seed = 4, .purpose = Purpose::test}, y);
  for (Index row = 0; row < y.rows(); ++row) y.row(row) *= 0.05 * static_cast<double>(row);
  return y;
}

TEST(RadialWarp, ComesBackWithinRounding) {
  const Batch y = warp_points();
  EXPECT_LT((wavy().to_y(wavy().to_z(y)) - y).abs().maxCoeff(), 1e-12);
  EXPECT_LT((wavy().to_z(wavy().to_y(y)) - y).abs().maxCoeff(), 1e-12);
}

TEST(RadialWarp, KnowsItsDeterminant) {
  const RadialWarp warp = wavy();
  const Batch y = warp_points();
  const Column known = warp.log_det(y);
  constexpr double h = 1e-5;
  for (Index row = 1; row < y.rows(); ++row) {
    Eigen::MatrixXd jacobian(kDimensions, kDimensions);
    for (Index k = 0; k < kDimensions; ++k) {
      Batch ahead = y.row(row), behind = y.row(row);
      ahead(0, k) += h;
      behind(0, k) -= h;
      jacobian.col(k) = ((warp.to_z(ahead) - warp.to_z(behind)) / (2 * h)).matrix().transpose();
    }
    // Central differences across a kink of the slope are good to h alone.
    EXPECT_NEAR(known(row), std::log(linear::determinant(jacobian)), 2e-4) << row;
  }
}

TEST(Whitened, WarpedHasTheGradientOfItsDensity) {
  const test::Quartic target(kDimensions);
  Whitened whitened(target);
  Eigen::Matrix3d L;
  L << 1.1, 0, 0, 0.2, 0.9, 0, -0.1, 0.3, 0.8;
  whitened.set({Eigen::Vector3d(0.1, -0.2, 0.3), L, wavy()});
  const Batch y = warp_points().bottomRows(30);
  Batch grad;
  const Column log_p = whitened.log_density_grad(y, grad);
  EXPECT_LT((log_p - whitened.log_density(y)).abs().maxCoeff(), 1e-12);
  constexpr double h = 1e-6;
  Index off = 0;
  for (Index k = 0; k < kDimensions; ++k) {
    Batch ahead = y, behind = y;
    ahead.col(k) += h;
    behind.col(k) -= h;
    const Column slope = (whitened.log_density(ahead) - whitened.log_density(behind)) / (2 * h);
    off += ((slope - grad.col(k)).abs() > 1e-5 * (1 + slope.abs())).count();
  }
  EXPECT_EQ(off, 0);
}

/// Three rings about a point that is not 0, stretched and sheared: y is a standard normal vector.
TEST(RadialFit, MakesRingsNormal) {
  constexpr Index kDraws = 20000;
  Batch u(kDraws, 3), z(kDraws, 2), x(kDraws, 2);
  fill_uniform({.seed = 5, .purpose = Purpose::test}, u);
  Batch width(kDraws, 1);
  fill_normal({.seed = 6, .purpose = Purpose::test}, width);
  for (Index row = 0; row < kDraws; ++row) {
    const double ring = std::floor(3 * u(row, 0)) + 1 + 0.1 * width(row, 0);
    const double angle = 2 * std::numbers::pi * u(row, 1);
    z(row, 0) = ring * std::cos(angle);
    z(row, 1) = ring * std::sin(angle);
  }
  x.col(0) = 1 + 2 * z.col(0);
  x.col(1) = -2 + 0.5 * z.col(0) + 1.5 * z.col(1);
  const Eigen::VectorXd mean = x.colwise().mean().matrix().transpose();
  const Eigen::MatrixXd centred = x.matrix().rowwise() - mean.transpose();
  const Eigen::MatrixXd covariance = centred.transpose() * centred / static_cast<double>(kDraws);
  const RadialCoordinates found = fit_radial(x, mean, linear::cholesky_factor(covariance).L);
  // The rings are a tenth wide: the centre to some of their error, where the mean is off by .02.
  EXPECT_NEAR(found.mean(0), 1, 0.01);
  EXPECT_NEAR(found.mean(1), -2, 0.01);
  EXPECT_NEAR(found.L(1, 0) / found.L(0, 0), 0.25, 0.005);
  EXPECT_NEAR(found.L(1, 1) / found.L(0, 0), 0.75, 0.005);
  const Eigen::MatrixXd back = linear::inverse(found.L);
  const Batch y =
      found.warp.to_y(((x.matrix().rowwise() - found.mean.transpose()) * back.transpose()).array());
  const Column square = sum_sites(y.square());
  // Moments of a chi-square of two degrees, 2 and 8, with errors of .014 and .13.
  EXPECT_NEAR(square.mean(), 2, 0.06);
  EXPECT_NEAR(square.square().mean(), 8, 0.5);
}

/// Lengths of normals, as many as it takes or more: far beyond the longest of them the density in
/// which y is normal stays within a factor of e⁴ of theirs, so that no chain is kept out there.
TEST(RadialWarp, KeepsNoChainBeyondTheLongestLength) {
  for (const Index draws : {RadialWarp::kFewestLengths, 30 * RadialWarp::kFewestLengths}) {
    Batch z(draws, kDimensions);
    fill_normal({.seed = 8, .purpose = Purpose::test}, z);
    const Column lengths = sum_sites(z.square()).sqrt();
    const RadialWarp warp =
        RadialWarp::fitted(kDimensions, {lengths.data(), static_cast<std::size_t>(draws)})
            .continued();
    const double longest = lengths.maxCoeff();
    for (double r = 1.02 * longest; r < 1.5 * longest; r += 0.02 * longest) {
      const double log_p = -0.5 * r * r - 0.5 * kDimensions * std::log(2 * std::numbers::pi);
      EXPECT_LT(log_p - warp.log_density(r).value, 4) << draws << " at " << r / longest;
    }
  }
}

TEST(RadialWarp, RefusesTooFewLengths) {
  const std::vector<double> few(RadialWarp::kFewestLengths - 1, 1.0);
  EXPECT_THROW((void)RadialWarp::fitted(2, few), UserError);
}

}  // namespace
}  // namespace nmc
