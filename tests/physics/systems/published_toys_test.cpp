#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "physics/systems/funnel.hpp"
#include "physics/systems/many_well.hpp"
#include "physics/systems/scattered_mixture.hpp"

namespace nmc {
namespace {

/// ∫ p dx dv of two variables by the trapezoidal rule, in x in steps of a tenth of e^{v/2}.
TEST(Funnel, IsNormalised) {
  const Funnel funnel(2, 1.3);
  constexpr double h = 0.1;
  constexpr Index half = 120;
  double sum = 0;
  for (Index k = -half; k <= half; ++k) {
    const double v = h * static_cast<double>(k), width = std::exp(v / 2);
    Batch x(2 * half + 1, 2);
    x.col(0) = v;
    x.col(1) = Column::LinSpaced(2 * half + 1, -h * half * width, h * half * width);
    sum += h * h * width * funnel.log_density(x).exp().sum();
  }
  EXPECT_NEAR(sum, 1, 1e-12);
}

/// The narrow variables are normals of variance e^v: an independent statement of three factors.
TEST(Funnel, IsAProductOfNormals) {
  Batch x(1, 3);
  x << -4, 0.1, -0.3;
  const auto ln_normal = [](double y, double variance) {
    return -0.5 * y * y / variance - 0.5 * std::log(2 * std::numbers::pi * variance);
  };
  EXPECT_NEAR(Funnel(3, 3).log_density(x)(0),
              ln_normal(-4, 9) + ln_normal(0.1, std::exp(-4)) + ln_normal(-0.3, std::exp(-4)),
              1e-12);
}

/// The means that are printed to four digits in public copies of the benchmark.
TEST(ScatteredMixture, HasThePublishedMeans) {
  const Batch means = scattered_means({});
  const double published[6][2] = {{-0.2995, 21.4577}, {-32.9218, -29.4376}, {-15.4062, 10.7263},
                                  {-0.7925, 31.7156}, {-3.5498, 10.5845},   {-12.0885, -7.8626}};
  for (Index mode = 0; mode < 6; ++mode)
    for (Index i = 0; i < 2; ++i) EXPECT_NEAR(means(mode, i), published[mode][i], 5.1e-5);
  EXPECT_EQ(means.rows(), 40);
  EXPECT_NEAR(Scatter{}.width, std::log1p(std::numbers::e), 1e-15);
}

/// Every mode has a fortieth of the density: seen at the one that is farthest from the others.
TEST(ScatteredMixture, ModesWeighTheSame) {
  const Scatter scatter;
  const Batch means = scattered_means(scatter);
  const Column p = scattered_mixture(scatter).log_density(means).exp();
  const double alone = 1 / (40 * 2 * std::numbers::pi * scatter.width * scatter.width);
  EXPECT_NEAR(p.minCoeff(), alone, 1e-12 * alone);
  EXPECT_LT(p.maxCoeff(), 4 * alone);
}

/// lnZ of a pair and of sixteen of them, by adaptive quadrature elsewhere.
TEST(ManyWell, HasItsKnownIntegral) {
  EXPECT_NEAR(ManyWell(1, {}).lnZ(), 10.2934797, 5.1e-8);
  EXPECT_NEAR(ManyWell(16, {}).lnZ(), 164.695675, 5.1e-7);
}

/// Without the x⁴ to speak of the well is a Gaussian: ∫ e^{a x − |b| x²} = √(π/|b|) e^{a²/4|b|}.
TEST(ManyWell, IsAGaussianWhereTheQuarticVanishes) {
  const DoubleWell::Moments well = DoubleWell{1e-9, -2, 1}.moments();
  // ⟨x⁴⟩ = 3/16 + 6/64 + 1/256 of them.
  EXPECT_NEAR(well.lnZ, 0.5 * std::log(std::numbers::pi / 2) + 1.0 / 8, 1e-9);
  EXPECT_NEAR(well.mean, 0.25, 1e-9);
  EXPECT_NEAR(well.mean_square, 0.25 + 0.0625, 1e-9);
}

TEST(PublishedToys, RefuseParametersWithoutMeaning) {
  EXPECT_THROW(Funnel(1, 3), UserError);
  EXPECT_THROW(Funnel(10, 0), UserError);
  EXPECT_THROW(ManyWell(0, {}), UserError);
  EXPECT_THROW(ManyWell(1, {0, 6, 0.5}), UserError);
  EXPECT_THROW(ManyWell(1, {1e-12, 1e6, 0.5}), UserError);
  EXPECT_THROW(scattered_means({0, 2, 40, 1, 0}), UserError);
}

}  // namespace
}  // namespace nmc
