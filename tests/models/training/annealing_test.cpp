#include "models/training/annealing.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/models/training/fixtures.hpp"

namespace nmc {
namespace {

using testing_training::AffineFlow;
using testing_training::GaussianTarget;
using testing_training::Team;

TargetAnnealing make_annealing(Index steps) {
  return {{.beta_start = 0.25, .beta = 1, .steps = steps},
          [](double beta) { return std::make_unique<GaussianTarget>(2, 1.0, beta); }};
}

TEST(TargetAnnealing, BetaMovesLinearlyAndStays) {
  const TargetAnnealing annealing = make_annealing(30);
  EXPECT_DOUBLE_EQ(annealing.beta_at(0), 0.25);
  EXPECT_DOUBLE_EQ(annealing.beta_at(10), 0.5);
  EXPECT_EQ(annealing.beta_at(30), 1);
  EXPECT_EQ(annealing.beta_at(300), 1);
}

TEST(TargetAnnealing, TargetOfAStepIsTheFactorysAndInTheEndTheFinalOneItself) {
  TargetAnnealing annealing = make_annealing(30);
  const Batch x = Batch::Constant(1, 2, 3.0);
  const double final = annealing.final_target().log_density(x)(0);
  EXPECT_DOUBLE_EQ(annealing.at(10).log_density(x)(0), 0.5 * final);
  EXPECT_EQ(&annealing.at(30), &annealing.final_target());
}

TEST(TargetAnnealing, GapIsLoggedAgainstTheFinalTargetOnly) {
  TargetAnnealing annealing = make_annealing(5);
  Objective objective;
  objective.target = &annealing.final_target();
  objective.target_at = [&](Index step) -> const Target& { return annealing.at(step); };
  objective.log_z = GaussianTarget(2, 1.0).log_z();
  TrainingOptions options;
  options.steps = 8;
  options.batch = 64;
  options.validate_every = 2;
  AffineFlow flow(2);
  const Team team;
  Trainer trainer(flow, objective, options, team.workers());
  trainer.run();
  const TrainingState state = trainer.state();
  EXPECT_TRUE(std::isnan(state.log[4].reverse.gap));
  EXPECT_TRUE(std::isfinite(state.log[5].reverse.gap));
  EXPECT_TRUE(std::isfinite(state.validations[0].reverse.gap));
}

}  // namespace
}  // namespace nmc
