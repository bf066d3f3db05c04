#include "core/statistics/crossing.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/core/statistics/draws.hpp"

namespace nmc::statistics {
namespace {

constexpr Index kBlocksOfCurve = 40;

/// slope · x + bend · x³ + the mean of noise of that size in blocks.
struct NoisyCurve {
  double slope, bend;
  Column noise;  ///< of the blocks

  NoisyCurve(double slope_of, double bend_of, double size, unsigned seed)
      : slope(slope_of),
        bend(bend_of),
        noise(size * normal_draws(kBlocksOfCurve, 1, seed).col(0)) {}

  [[nodiscard]] BlockedCurve curve() const {
    return {[](double) { return kBlocksOfCurve; },
            [this](double x, Index row) {
              const double n = kBlocksOfCurve;
              const double mean =
                  row == 0 ? noise.mean() : (noise.sum() - noise(row - 1)) / (n - 1);
              return slope * x + bend * x * x * x + mean;
            }};
  }
};

std::vector<double> places(double low, double high) {
  std::vector<double> list;
  for (int i = 0; i <= 60; ++i) list.push_back(low + (high - low) * i / 60);
  return list;
}

TEST(Crossing, OfStraightLinesIsThatOfTheirMeans) {
  const NoisyCurve a(0, 0, 0.1, 1), b(2, 0, 0.2, 2);
  const Crossing found = find_crossing(a.curve(), b.curve(), {places(-1, 1)});
  ASSERT_EQ(found.outcome, CrossingOutcome::found);
  const double of_a = std::sqrt(sample_variance(a.noise) / kBlocksOfCurve);
  const double of_b = std::sqrt(sample_variance(b.noise) / kBlocksOfCurve);
  EXPECT_NEAR(found.x.value, (a.noise.mean() - b.noise.mean()) / 2, 1e-12);
  EXPECT_NEAR(found.x.error, std::hypot(of_a, of_b) / 2, 1e-9);
  EXPECT_NEAR(found.value.value, a.noise.mean(), 1e-12);
  EXPECT_NEAR(found.value.error, of_a, 1e-9);
}

TEST(Crossing, IsFoundOnlyWhereBothSidesAreSure) {
  const NoisyCurve a(0, 0, 0.1, 3), b(2, 0, 0.1, 4);
  // The error of the difference is 0.022: the signs are sure 0.034 from the crossing.
  EXPECT_EQ(find_crossing(a.curve(), b.curve(), {places(0.1, 1)}).outcome, CrossingOutcome::none);
  EXPECT_EQ(find_crossing(a.curve(), b.curve(), {places(-0.01, 1)}).outcome, CrossingOutcome::none);
  EXPECT_EQ(find_crossing(a.curve(), b.curve(), {}).outcome, CrossingOutcome::none);
  const Crossing gap = find_crossing(a.curve(), b.curve(), {places(-1, -0.2), places(0.2, 1)});
  EXPECT_EQ(gap.outcome, CrossingOutcome::gap);
  ASSERT_EQ(gap.changes.size(), 1U);
  EXPECT_NEAR(gap.changes[0], 0, 1e-12);
}

TEST(Crossing, IsRefusedWhereThereAreSeveral) {
  // −x + 3 x³ changes its sign at −0.58, 0 and 0.58.
  const NoisyCurve a(0, 0, 0.1, 5), b(-1, 3, 0.1, 6);
  const Crossing several = find_crossing(a.curve(), b.curve(), {places(-1, 1)});
  EXPECT_EQ(several.outcome, CrossingOutcome::several);
  EXPECT_EQ(several.changes.size(), 3U);
  // The same within the errors: sure on the outer sides alone.
  const NoisyCurve noisy_a(0, 0, 3, 7), noisy_b(-1, 3, 3, 7);
  const Crossing within = find_crossing(noisy_a.curve(), noisy_b.curve(), {places(-1.5, 1.5)});
  EXPECT_EQ(within.outcome, CrossingOutcome::several);
  EXPECT_EQ(within.changes.size(), 1U);
}

}  // namespace
}  // namespace nmc::statistics
