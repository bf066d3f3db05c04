#include "physics/systems/toy.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/errors.hpp"

namespace nmc {
namespace {

/// Points of a square grid about the origin with 2 n + 1 points a side.
Batch grid(Index n, double step) {
  const Index side = 2 * n + 1;
  Batch x(side * side, 2);
  for (Index a = 0; a < side; ++a)
    for (Index b = 0; b < side; ++b)
      x.row(a * side + b) << static_cast<double>(a - n) * step, static_cast<double>(b - n) * step;
  return x;
}

// The trapezoidal rule on a grid finer than a third of the narrowest width is exact to rounding for
// Gaussians (its error falls as exp(−2π²w²/h²)); the kink of the ring at its centre is e^{−r²/2w²}.

TEST(Gaussian, NormalisationIsItsIntegral) {
  Eigen::Matrix2d covariance;
  covariance << 1.0, 0.6, 0.6, 2.0;
  const Gaussian gaussian(Eigen::Vector2d(0.3, -0.5), covariance);
  const double integral = gaussian.log_density(grid(200, 0.1)).exp().sum() * 0.01;
  EXPECT_NEAR(std::log(integral), gaussian.lnZ(), 1e-12);
}

TEST(Ring, NormalisationAndRadiusAreItsIntegrals) {
  const Ring ring(2.0, 0.25);  // e^{−32} at the centre
  const Batch x = grid(400, 0.02);
  const Column p = ring.log_density(x).exp();
  const double integral = p.sum() * 4e-4;
  EXPECT_NEAR(std::log(integral), ring.lnZ(), 1e-12);
  const double r2 = (p * (x.col(0).square() + x.col(1).square())).sum() / p.sum();
  EXPECT_NEAR(r2, ring.mean_square_radius(), 1e-11);
}

TEST(Ring, ClosedFormsHoldForWideRings) {
  // w = r: by radial quadrature (Simpson), where the plane grid is poor.
  const Ring ring(1.0, 1.0);
  double zeroth = 0, second = 0;
  const Index n = 20000;
  const double h = 12.0 / static_cast<double>(n);
  for (Index k = 0; k <= n; ++k) {
    const double weight = k == 0 || k == n ? 1 : (k % 2 == 1 ? 4 : 2);
    const double r = h * static_cast<double>(k), p = r * std::exp(-0.5 * (r - 1) * (r - 1));
    zeroth += weight * h / 3 * p;
    second += weight * h / 3 * p * r * r;
  }
  EXPECT_NEAR(ring.lnZ(), std::log(2 * M_PI * zeroth), 1e-12);
  EXPECT_NEAR(ring.mean_square_radius(), second / zeroth, 1e-11);
}

TEST(Ring, HasNoForceAtItsCentre) {
  const Ring ring(1.0, 0.5);
  Batch grad;
  ring.log_density_grad(Batch::Zero(1, 2), grad);
  EXPECT_EQ(grad.abs().maxCoeff(), 0);
}

TEST(Mixture, IsNormalised) {
  const GaussianMixture mixture({{3, Eigen::Vector2d(-2, 0), 0.5}, {1, Eigen::Vector2d(2, 1), 1}});
  EXPECT_NEAR(mixture.log_density(grid(150, 0.1)).exp().sum() * 0.01, 1, 1e-12);
}

TEST(Mixture, StaysFiniteFarAway) {
  const GaussianMixture mixture = GaussianMixture::polygon(4, 2, 0.1);
  Batch grad;
  const Column log_p = mixture.log_density_grad(Batch::Constant(1, 2, 1e4), grad);
  EXPECT_TRUE(log_p.isFinite().all());
  EXPECT_TRUE(grad.isFinite().all());
}

TEST(Toys, RefuseParametersWithoutMeaning) {
  EXPECT_THROW(Ring(1, 0), UserError);
  EXPECT_THROW(GaussianMixture({}), UserError);
  EXPECT_THROW(Gaussian(Eigen::Vector2d(0, 0), -Eigen::Matrix2d::Identity()), UserError);
}

}  // namespace
}  // namespace nmc
