#include "physics/systems/rings.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace nmc {
namespace {

/// The values of ring5 by adaptive quadrature between the kinks.
TEST(Rings, MomentsAreTheirIntegrals) {
  const Rings::Moments five = Rings(5, 0.2).moments();
  EXPECT_NEAR(five.lnZ, 3.5085286833815132, 1e-12);
  EXPECT_NEAR(five.mean_radius, 3.673416664521496, 1e-12);
  EXPECT_NEAR(std::sqrt(five.mean_square_radius - std::pow(five.mean_radius, 2)),
              1.2517028359435993, 1e-12);
}

/// One wide ring, by the trapezoidal rule in the radius.
TEST(Rings, OneWideRingIsItsIntegral) {
  const Rings ring(1, 0.9);
  constexpr double h = 1e-4;
  double sums[3] = {0, 0, 0};
  for (Index k = 1; k < 90000; ++k) {
    Batch x = Batch::Zero(1, 2);
    const double r = h * static_cast<double>(k);
    x(0, 1) = r;
    const double p = std::exp(ring.log_density(x)(0));
    for (int power = 0; power < 3; ++power) sums[power] += h * std::pow(r, power + 1) * p;
  }
  const Rings::Moments moments = ring.moments();
  // The rule's error is h²/12 of the slope at r = 0.
  EXPECT_NEAR(moments.lnZ, std::log(2 * std::numbers::pi * sums[0]), 1e-8);
  EXPECT_NEAR(moments.mean_radius, sums[1] / sums[0], 1e-8);
  EXPECT_NEAR(moments.mean_square_radius, sums[2] / sums[0], 1e-8);
}

TEST(Rings, RefuseParametersWithoutMeaning) {
  EXPECT_THROW(Rings(0, 0.2), UserError);
  EXPECT_THROW(Rings(5, 0), UserError);
}

}  // namespace
}  // namespace nmc
