#include "core/statistics/pareto.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random/streams.hpp"
#include "core/statistics/significance.hpp"

namespace nmc::statistics {
namespace {

Column exponential_quantiles(Index n) {
  Column e(n);
  for (Index i = 0; i < n; ++i)
    e(i) = -std::log(1 - (static_cast<double>(i) + 0.5) / static_cast<double>(n));
  return e;
}

Column normal_quantiles(Index n) {
  Column z(n);
  for (Index i = 0; i < n; ++i)
    z(i) = normal_quantile((static_cast<double>(i) + 0.5) / static_cast<double>(n));
  return z;
}

// tests/data/pareto_reference.py; the logarithms there and here differ by rounding, which sums of
// up to 425 terms and differences of nearly equal numbers make larger.
TEST(ParetoK, IsThatOfAnotherImplementation) {
  struct Case {
    Index n;
    double k, pareto, log_normal;
  };
  const Case cases[] = {
      {50, 0.2, 0.34512868946587155, 0.25508001762578564},
      {50, 0.7, 0.54082821216342858, 0.46220824479942041},
      {50, 1.5, 0.851252813271827, 0.79155953235582543},
      {500, 0.2, 0.24963628408671676, 0.08537575281046382},
      {500, 0.7, 0.66158071527421913, 0.45915762157932716},
      {500, 1.5, 1.3208914377082568, 1.0844003401765923},
      {20000, 0.2, 0.20886141634889094, 0.043808379115579207},
      {20000, 0.7, 0.69285923944488981, 0.37560013514749935},
      {20000, 1.5, 1.4668992625611681, 0.92314726684041482},
  };
  for (const Case& c : cases) {
    EXPECT_NEAR(pareto_k(c.k * exponential_quantiles(c.n)), c.pareto, 1e-9) << c.n << ' ' << c.k;
    EXPECT_NEAR(pareto_k(2 * c.k * normal_quantiles(c.n)), c.log_normal, 1e-9) << c.n << ' ' << c.k;
  }
}

// The standard error of the fit is (1 + k)/√425 = 0.08 at k = 0.7; four of them over √20 runs, and
// 0.005 for the prior.
TEST(ParetoK, FindsTheShapeOfParetoWeights) {
  double mean = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Column u = uniform_column({.seed = seed}, 20000);
    mean += pareto_k(-0.7 * u.log()) / 20;
  }
  EXPECT_NEAR(mean, 0.7, 4 * 0.08 / std::sqrt(20.0) + 0.005);
}

TEST(ParetoK, DoesNotDependOnTheScaleOfTheWeights) {
  const Column log_w = exponential_quantiles(400);
  EXPECT_NEAR(pareto_k(log_w), pareto_k(log_w + 5000), 1e-9);  // rounding of 5000
}

TEST(ParetoK, SaysNothingWithoutATailAndInfinityWhereOneWeightIsAll) {
  EXPECT_TRUE(std::isnan(pareto_k(Column::Zero(1000))));
  EXPECT_TRUE(std::isnan(pareto_k(Column::Zero(20))));
  Column one = Column::Zero(1000);
  one(7) = 1e6;
  EXPECT_TRUE(std::isinf(pareto_k(one)));
}

// 6 states: weights that come back again and again have no density, whatever a fit makes of ties.
TEST(ParetoK, SaysNothingOfWeightsOfFewStates) {
  const double of_states[] = {0, 0.01, 0.02, 0.06, 0.2, 0.33};
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Column u = uniform_column({.seed = seed}, 20000);
    Column log_w(u.size()), rounded(u.size());
    for (Index i = 0; i < u.size(); ++i) {
      log_w(i) = of_states[static_cast<int>(6 * std::pow(u(i), 4))];
      rounded(i) = log_w(i) + 1e-9 * u(i);
    }
    EXPECT_TRUE(std::isnan(pareto_k(log_w)));
    EXPECT_TRUE(std::isnan(pareto_k(rounded)));
  }
  Column few = Column::Zero(20000);  // a rare state of little weight, and one of much
  few.head(3) = 0.3;
  EXPECT_TRUE(std::isnan(pareto_k(few)));
  few.head(3) = 12;
  EXPECT_TRUE(std::isinf(pareto_k(few)));
}

}  // namespace
}  // namespace nmc::statistics
