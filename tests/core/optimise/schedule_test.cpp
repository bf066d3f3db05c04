#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/errors.hpp"
#include "core/optimise/schedule.hpp"

namespace nmc {
namespace {

TEST(Schedule, WarmUpRisesLinearlyAndMeetsTheRate) {
  for (const Decay decay : {Decay::constant, Decay::cosine}) {
    const Schedule schedule{.rate = 0.8, .steps = 100, .warmup = 4, .decay = decay};
    EXPECT_DOUBLE_EQ(schedule.at(0), 0.2);
    EXPECT_DOUBLE_EQ(schedule.at(1), 0.4);
    EXPECT_DOUBLE_EQ(schedule.at(3), 0.8);
    EXPECT_DOUBLE_EQ(schedule.at(4), 0.8);
  }
}

TEST(Schedule, CosineIsHalfInTheMiddleAndZeroAtTheEnd) {
  const Schedule schedule{.rate = 2.0, .steps = 110, .warmup = 10, .decay = Decay::cosine};
  EXPECT_DOUBLE_EQ(schedule.at(60), 1.0);
  EXPECT_NEAR(schedule.at(99), 1 + std::cos(0.89 * 3.14159265358979324), 1e-15);
  EXPECT_EQ(schedule.at(110), 0.0);
  EXPECT_EQ(schedule.at(1000), 0.0);
}

TEST(Schedule, ConstantStaysAtTheRate) {
  const Schedule schedule{.rate = 0.3, .steps = 10};
  EXPECT_EQ(schedule.at(0), 0.3);
  EXPECT_EQ(schedule.at(9), 0.3);
}

TEST(Schedule, RefusesAWarmUpAsLongAsTheTraining) {
  EXPECT_THROW(check({.rate = 0.1, .steps = 10, .warmup = 10}), UserError);
  EXPECT_THROW(check({.rate = 0.0, .steps = 10}), UserError);
  EXPECT_NO_THROW(check({.rate = 0.1, .steps = 10, .warmup = 9}));
}

TEST(Schedule, NamesAreKnownAndOthersRefused) {
  EXPECT_EQ(decay_from_name("constant"), Decay::constant);
  EXPECT_EQ(decay_from_name("cosine"), Decay::cosine);
  EXPECT_THROW((void)decay_from_name("cosin"), UserError);
}

TEST(ClipNorm, ShortensALongGradientAndKeepsItsDirection) {
  std::vector<double> grad = {3.0, 4.0};
  EXPECT_DOUBLE_EQ(clip_norm(grad, 2.5), 5.0);
  EXPECT_DOUBLE_EQ(grad[0], 1.5);
  EXPECT_DOUBLE_EQ(grad[1], 2.0);
}

TEST(ClipNorm, LeavesAShortGradientAndAnUnlimitedOneAlone) {
  const std::vector<double> original = {3.0, 4.0};
  std::vector<double> grad = original;
  EXPECT_DOUBLE_EQ(clip_norm(grad, 5.0), 5.0);
  EXPECT_EQ(grad, original);
  EXPECT_DOUBLE_EQ(clip_norm(grad, 0.0), 5.0);
  EXPECT_EQ(grad, original);
}

}  // namespace
}  // namespace nmc
