#include "core/statistics/least_squares.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "core/statistics/correlation.hpp"

namespace nmc::statistics {
namespace {

struct Sample {
  Batch features;
  Column y;
};

// y = 2 f0 - 3 f1 + 7 + noise; f1 depends on f0. Draws come in runs of `equal` equal ones.
Sample sample(Index n, double noise, unsigned seed, Index equal = 1) {
  Batch z(n, 3);
  fill_normal({.seed = seed}, z);
  Sample s{Batch(n, 2), Column(n)};
  for (Index i = 0; i < n; ++i) {
    if (i % equal != 0) {
      s.features.row(i) = s.features.row(i - 1);
      s.y(i) = s.y(i - 1);
      continue;
    }
    s.features(i, 0) = 100 + 10 * z(i, 0);
    s.features(i, 1) = 0.05 * s.features(i, 0) + z(i, 1);
    s.y(i) = 2 * s.features(i, 0) - 3 * s.features(i, 1) + 7 + noise * z(i, 2);
  }
  return s;
}

TEST(LeastSquares, FindsTheCoefficientsOfALinearFunction) {
  const Sample s = sample(400, 0, 1);
  const auto fit = least_squares(s.features, s.y);
  ASSERT_EQ(fit.size(), 2u);
  EXPECT_NEAR(fit[0].value, 2, 1e-8);
  EXPECT_NEAR(fit[1].value, -3, 1e-8);
  EXPECT_LT(fit[0].error, 1e-8);
}

// Of 200 fits the square of (fit - truth)/error has the mean (G - 1)/(G - 3) of a squared t with
// 19 degrees, 1.12, and a standard deviation of about 1.9/sqrt(200) = .13 per coefficient. With
// draws in runs of ten an error that took them for independent would be 3.2 times too small.
TEST(LeastSquares, ErrorsAreThoseOfCorrelatedDraws) {
  for (const Index equal : {Index{1}, Index{10}}) {
    double square = 0;
    for (unsigned seed = 0; seed < 200; ++seed) {
      const Sample s = sample(2000, 1.5, 100 + seed, equal);
      const auto fit = least_squares(s.features, s.y);
      square += std::pow((fit[0].value - 2) / fit[0].error, 2) / 400;
      square += std::pow((fit[1].value + 3) / fit[1].error, 2) / 400;
    }
    EXPECT_GT(square, 0.7) << equal;
    EXPECT_LT(square, 1.6) << equal;
  }
}

TEST(LeastSquares, RefusesTooFewDraws) {
  const Sample s = sample(29, 1, 1);
  EXPECT_THROW((void)least_squares(s.features, s.y), UserError);
}

TEST(LeastSquares, GivesWhatDoesNotVaryTheCoefficientZero) {
  Sample s = sample(400, 0, 1);
  s.features.col(0).setConstant(3);
  EXPECT_EQ(least_squares(s.features, s.y)[0].value, 0);
}

TEST(Correlation, IsOneOfALinearFunctionAndMissingOfAConstant) {
  const Sample s = sample(400, 0, 1);
  EXPECT_NEAR(correlation_of(s.features.col(0), 3 - 2 * s.features.col(0)).value, -1, 1e-12);
  EXPECT_NEAR(correlation_of(s.features.col(0), 3 - 2 * s.features.col(0)).error, 0, 1e-12);
  EXPECT_TRUE(std::isnan(correlation_of(s.features.col(0), Column::Ones(400)).value));
}

}  // namespace
}  // namespace nmc::statistics
