#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "core/statistics/derived.hpp"
#include "tests/core/statistics/draws.hpp"

namespace nmc::statistics {
namespace {

TEST(GammaMethodOf, OfALinearFunctionEqualsTheGammaMethodOfTheSum) {
  const Chains a = normal_draws(500, 3, 1), b = normal_draws(500, 3, 2);
  const GammaResult derived =
      gamma_method_of({a, b}, [](const Column& mean) { return 2 * mean[0] - 3 * mean[1] + 1; });
  const GammaResult direct = gamma_method(2 * a - 3 * b + 1);
  // central differences of a linear function are exact up to cancellation of f(up) - f(down)
  EXPECT_NEAR(derived.mean, direct.mean, 1e-14);
  EXPECT_NEAR(derived.error, direct.error, 1e-12 * direct.error);
  EXPECT_NEAR(derived.tau_int, direct.tau_int, 1e-12 * direct.tau_int);
}

TEST(GammaMethodOf, HasNoValueWhereTheFunctionHasNoneWithinAnErrorBar) {
  // The mean is 0.5 ± 1/√1500 above the edge, or 0.1 of an error bar.
  const auto root = [](const Column& mean) {
    return mean[0] < 0 ? std::numeric_limits<double>::quiet_NaN() : std::sqrt(mean[0]);
  };
  const Chains a = normal_draws(500, 3, 1), centred = a - a.mean();
  EXPECT_TRUE(std::isfinite(gamma_method_of({centred + 0.5}, root).error));
  const GammaResult at_edge = gamma_method_of({centred + 0.1 / std::sqrt(1500.0)}, root);
  EXPECT_TRUE(std::isnan(at_edge.mean));
  EXPECT_TRUE(std::isnan(at_edge.error));
}

TEST(Heat, IsTheVarianceAndDoesNotSeeAnOffset) {
  const Chains energy = 3 * normal_draws(4000, 4, 3);
  const GammaResult result = heat(energy, 0.5);
  // var of 16000 normals of variance 9: 9 ± 9 √(2/16000)
  const double error = 0.25 * 9 * std::sqrt(2.0 / 16000);
  EXPECT_NEAR(result.mean, 0.25 * 9, 4 * error);
  EXPECT_NEAR(result.error, error, 0.05 * error);
  const GammaResult shifted = heat(energy - 1e6, 0.5);
  EXPECT_NEAR(shifted.mean, result.mean, 1e-9);  // 1e6 leaves 1e-10 of rounding in the draws
  EXPECT_NEAR(shifted.error, result.error, 1e-9);
}

TEST(Heat, ErrorAgreesWithTheJackknife) {
  const Chains energy = normal_draws(4000, 4, 4);
  const GammaResult gamma = heat(energy, 1);
  const JackknifeResult blocks = jackknife(
      {energy, energy.square()}, [](const Column& mean) { return mean[1] - mean[0] * mean[0]; },
      25);
  EXPECT_NEAR(blocks.plain, gamma.mean, 1e-12);
  EXPECT_EQ(blocks.blocks, 100);
  // an error from 100 blocks is itself known to 1/√200 = 7 %: three of these
  EXPECT_NEAR(blocks.error, gamma.error, 0.21 * gamma.error);
}

TEST(Binder, OfNormalMagnetisationsIsZero) {
  const Chains m = normal_draws(5000, 4, 5);
  const GammaResult result = binder(m.square(), m.square().square());
  EXPECT_NEAR(result.mean, 0, 4 * result.error);
  // linearised: δU = 2 δ⟨m²⟩ - δ⟨m⁴⟩/3; its variance per draw is 4·2 - (4/3)·12 + 96/9 = 8/3
  EXPECT_NEAR(result.error, std::sqrt(8.0 / 3 / 20000), 0.1 * result.error);
}

TEST(Jackknife, RemovesTheBiasOfASquare) {
  // ⟨x⟩² has the bias var/n, which delete-one removes exactly: Σ_{i≠j} x_i x_j / (n (n-1))
  Chains x(4, 1);
  x << 1, 2, 4, 9;
  const auto square = [](const Column& mean) { return mean[0] * mean[0]; };
  const JackknifeResult result = jackknife({x}, square, 4);
  EXPECT_NEAR(result.plain, 16, 1e-14);
  EXPECT_NEAR(result.bias_corrected, (256.0 - 102.0) / 12, 1e-13);
}

TEST(Jackknife, RefusesWhatItCannotCut) {
  const auto first = [](const Column& mean) { return mean[0]; };
  EXPECT_THROW((void)jackknife({Chains::Ones(5, 1)}, first, 6), UserError);
  EXPECT_THROW((void)jackknife({Chains::Ones(5, 1), Chains::Ones(6, 1)}, first, 2), UserError);
  EXPECT_THROW((void)jackknife({}, first, 2), UserError);
}

}  // namespace
}  // namespace nmc::statistics
