#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "core/errors.hpp"
#include "core/statistics/significance.hpp"

namespace nmc::statistics {
namespace {

TEST(NormalQuantile, EqualsTabulatedValues) {
  // 17 digits of NIST's and Wichura's (AS 241, 1988) check values; a few ulp of rounding.
  EXPECT_NEAR(normal_quantile(0.25), -0.67448975019608174, 2e-15);
  EXPECT_NEAR(normal_quantile(0.001), -3.0902323061678135, 1e-14);
  EXPECT_NEAR(normal_quantile(1e-20), -9.2623400897984076, 2e-14);
  EXPECT_NEAR(normal_quantile(0.975), 1.9599639845400542, 1e-14);
  EXPECT_EQ(normal_quantile(0.5), 0);
}

TEST(NormalQuantile, InvertsTheNormalDistribution) {
  for (double p = 1e-12; p < 0.5; p *= 1.7) {
    const double back = 0.5 * std::erfc(-normal_quantile(p) / std::numbers::sqrt2);
    // condition number of Φ at z is about z², at most 50 here: 50 ulp
    EXPECT_NEAR(back, p, 50 * p * std::numeric_limits<double>::epsilon());
  }
}

TEST(NormalQuantile, HasInfiniteEndsAndNothingBeyond) {
  EXPECT_EQ(normal_quantile(0), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(normal_quantile(1), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(normal_quantile(-0.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(1.1)));
}

TEST(TwoSidedP, EqualsTabulatedValues) {
  EXPECT_NEAR(two_sided_p(1.9599639845400542), 0.05, 1e-15);
  EXPECT_NEAR(two_sided_p(-3), 0.0026997960632601866, 1e-17);
  EXPECT_EQ(two_sided_p(0), 1);
}

TEST(ChiSquareP, EqualsClosedForms) {
  // two degrees of freedom: e^{-x/2}; one: erfc(√(x/2)); four: (1 + x/2) e^{-x/2}
  for (const double x : {0.01, 1.0, 5.0, 40.0, 300.0}) {
    const auto near = [](double value, double exact) { EXPECT_NEAR(value, exact, 1e-13 * exact); };
    near(chi_square_p(x, 2), std::exp(-x / 2));
    near(chi_square_p(x, 1), std::erfc(std::sqrt(x / 2)));
    near(chi_square_p(x, 4), (1 + x / 2) * std::exp(-x / 2));
  }
  EXPECT_EQ(chi_square_p(0, 3), 1);
  EXPECT_THROW((void)chi_square_p(1, 0), UserError);
}

TEST(ZScore, IsNotANumberWithoutAnError) {
  EXPECT_DOUBLE_EQ(z_score(1.5, 0.25, 1), 2);
  EXPECT_TRUE(std::isnan(z_score(1, 0, 1)));
  EXPECT_TRUE(std::isnan(z_score(1, std::numeric_limits<double>::quiet_NaN(), 1)));
}

TEST(Unseen, StatesAreCountedAsPoissonDoes) {
  // 9 states of 0.5 each, of which 1000 draws show none: 3 standard deviations, whatever the draws'
  // own scatter is.
  const double value = -9 * 0.5 / 1000;
  const double unseen = expected_unseen(value, 0, 0.5, 1000);
  EXPECT_NEAR(unseen, 9, 1e-13);
  const double error = error_with_unseen(1e-9, unseen, 0.5, 1000);
  EXPECT_NEAR(z_score(value, error, 0), -3, 1e-13);
  EXPECT_EQ(error_with_unseen(0.1, unseen, 0.5, 1000), 0.1);
}

// scipy 1.10: norm.isf(t.sf(4, 3)).
TEST(StudentZ, IsTheNormalOfTheSameProbability) {
  EXPECT_NEAR(student_z(4, 3), 2.197167916994612, 1e-12);
  EXPECT_NEAR(student_z(-4, 3), -2.197167916994612, 1e-12);
  EXPECT_NEAR(student_z(1.5, 1e9), 1.5, 1e-6);
  EXPECT_EQ(student_z(0, 7), 0);
  EXPECT_GT(student_z(1e308, 1e6), 37);
  EXPECT_TRUE(std::isnan(student_z(std::numeric_limits<double>::quiet_NaN(), 3)));
}

}  // namespace
}  // namespace nmc::statistics
