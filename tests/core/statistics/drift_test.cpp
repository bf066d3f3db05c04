#include <gtest/gtest.h>

#include <cmath>

#include "core/random/streams.hpp"
#include "core/statistics/drift.hpp"
#include "core/statistics/rhat.hpp"

namespace nmc::statistics {
namespace {

/// AR(1) chains of unit variance, x' = a x + sqrt(1 − a²) z, from their own distribution.
Chains correlated(double a, Index draws, Index chains, std::uint64_t seed) {
  Batch z(chains, draws);
  fill_normal({.seed = seed}, z);
  Chains x = z.transpose();
  for (Index t = 1; t < draws; ++t) x.row(t) = a * x.row(t - 1) + std::sqrt(1 - a * a) * x.row(t);
  return x;
}

// 400 runs and p < 1e-2: 4 alarms are expected, and more than 13 come once in 10^4.
void expect_few_alarms(Index draws, Index chains, double a) {
  int alarms = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed)
    alarms += find_drift(correlated(a, draws, chains, seed)).p < 1e-2 ? 1 : 0;
  EXPECT_LE(alarms, 13);
}

TEST(Drift, KeepsItsFalseAlarmRateOfManyCorrelatedChains) {
  expect_few_alarms(40, 16, 0.9);
  expect_few_alarms(200, 8, 0.98);
}

TEST(Drift, KeepsItsFalseAlarmRateOfFewChains) {
  expect_few_alarms(2000, 2, 0.3);
}

TEST(Drift, OfRoundingIsNone) {
  Chains x = Chains::Constant(200, 16, -12.0);
  x.bottomRows(100) += 0x1p-50 * (1 + 0.1 * correlated(0, 100, 16, 3).abs());
  EXPECT_FALSE(find_drift(x).p < 0.1);
}

TEST(Drift, SeesAnApproachThatIsAsSlowAsTheRun) {
  Chains x = correlated(0.5, 200, 16, 7);
  for (Index t = 0; t < x.rows(); ++t) x.row(t) += 3 * std::exp(-static_cast<double>(t) / 100);
  const Drift drift = find_drift(x);
  EXPECT_LT(drift.p, 1e-8);
  EXPECT_LT(drift.change, -1);
}

TEST(Drift, SaysNothingWhereNothingCanBeSaid) {
  EXPECT_TRUE(std::isnan(find_drift(correlated(0, 9, 16, 1)).p));
  EXPECT_TRUE(std::isnan(find_drift(Chains::Constant(100, 16, 2.0)).p));
  EXPECT_TRUE(std::isnan(find_drift(correlated(0.99, 1000, 2, 1)).p));  // a part of 1 τ
}

TEST(RhatP, IsUniformWhereIndependentChainsAgree) {
  // 2000 runs: the standard error of a fraction of 0.1 is 0.0067; four of them.
  int below = 0;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    const Chains x = correlated(0, 20, 4, seed);
    below += rhat_p(rhat_split(x), 20, 4) < 0.1 ? 1 : 0;
  }
  EXPECT_NEAR(below / 2000.0, 0.1, 0.027);
}

}  // namespace
}  // namespace nmc::statistics
