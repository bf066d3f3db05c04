#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "models/training/condition_draws.hpp"
#include "models/training/condition_ramp.hpp"
#include "models/training/reverse_kl.hpp"
#include "physics/systems/made_family.hpp"
#include "tests/models/training/fixtures.hpp"

namespace nmc {
namespace {

using testing_training::AffineFlow;
using testing_training::GaussianTarget;
using testing_training::Team;

const MadeFamily& gaussians() {
  static const MadeFamily family({beta_condition()}, [](const Condition& at) {
    return std::make_unique<GaussianTarget>(2, 1.0, at.values.front());
  });
  return family;
}

TEST(ConditionRamp, MovesLinearlyAndStays) {
  const ConditionRamp ramp({{0.25, 3}}, {{1, -3}}, 30);
  EXPECT_EQ(ramp.at(0), (Condition{{0.25, 3}}));
  EXPECT_DOUBLE_EQ(ramp.at(10).values[0], 0.5);
  EXPECT_DOUBLE_EQ(ramp.at(10).values[1], 1);
  EXPECT_EQ(ramp.at(30), (Condition{{1, -3}}));
  EXPECT_EQ(ramp.at(300), (Condition{{1, -3}}));
  EXPECT_EQ(ConditionRamp({{0.25}}, {{1}}, 0).at(0), (Condition{{1}}));
  EXPECT_THROW(ConditionRamp({{0.25}}, {{1}}, -1), UserError);
  EXPECT_THROW(ConditionRamp({{0.25, 1}}, {{1}}, 5), UserError);
}

TEST(ConditionDraws, AreUniformInTheirRangesAndAFunctionOfTheStep) {
  const ConditionDraws draws({{"beta", 0.3, 0.5}, {"h", -1, 1}}, 4);
  Column mean = Column::Zero(2);
  double product = 0;
  constexpr Index kSteps = 1000;
  for (Index step = 0; step < kSteps; ++step) {
    const Condition here = draws.at(step);
    ASSERT_EQ(here.values.size(), 2U);
    EXPECT_TRUE(here.values[0] > 0.3 && here.values[0] < 0.5);
    EXPECT_TRUE(here.values[1] > -1 && here.values[1] < 1);
    mean += Column::Map(here.values.data(), 2) / kSteps;
    product += (here.values[0] - 0.4) * here.values[1] / kSteps;
  }
  // 5 sigma of means of uniform numbers of widths 0.2 and 2, and of the product of both.
  EXPECT_NEAR(mean(0), 0.4, 5 * 0.2 / std::sqrt(12.0 * kSteps));
  EXPECT_NEAR(mean(1), 0, 5 * 2 / std::sqrt(12.0 * kSteps));
  EXPECT_NEAR(product, 0, 5 * 0.4 / (12 * std::sqrt(1.0 * kSteps)));
  EXPECT_EQ(draws.at(7), ConditionDraws({{"beta", 0.3, 0.5}, {"h", -1, 1}}, 4).at(7));
}

TEST(ReverseKl, TrainsOnTheTargetOfItsStepAndValidatesOnTheLast) {
  const ConditionRamp ramp({{0.25}}, {{1}}, 5);
  const GaussianTarget target(2, 1.0);
  AffineFlow flow(2);
  ReverseKl objective(flow, target, target.log_z(), {&gaussians(), &ramp});
  const BatchPart part{{.seed = 3, .purpose = Purpose::train}, 9, 9};
  const Draw draw = flow.sample(part.streams, 9);
  for (const Index step : {0, 2, 5, 6}) {
    objective.advance(step);
    const Column log_p = gaussians().at(ramp.at(step))->log_density(draw.x);
    EXPECT_LT((objective.evaluate(part, {}).col(0) - (draw.log_q - log_p)).abs().maxCoeff(), 1e-13);
    EXPECT_TRUE((objective.validate(0, part) == draw.log_q - target.log_density(draw.x)).all());
  }
}

TEST(ReverseKl, OfAnAnnealedTrainingKnowsItsGapWhereItIsValidated) {
  const ConditionRamp ramp({{0.25}}, {{1}}, 5);
  const GaussianTarget target(2, 1.0);
  TrainingOptions options;
  options.steps = 8;
  options.batch = 64;
  options.validate_every = 2;
  AffineFlow flow(2);
  const Team team;
  ReverseKl objective(flow, target, target.log_z(), {&gaussians(), &ramp});
  Trainer trainer(flow, objective, options, team.workers());
  trainer.run();
  const TrainingState state = trainer.state();
  EXPECT_TRUE(std::isnan(state.log[4].reverse.gap));
  EXPECT_TRUE(std::isfinite(state.validations[0].reverse.gap));
}

}  // namespace
}  // namespace nmc
