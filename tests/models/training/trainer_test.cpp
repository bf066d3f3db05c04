#include "models/training/trainer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "models/symmetry/symmetrised_flow.hpp"
#include "models/training/batch_loss.hpp"
#include "models/training/mixed_kl.hpp"
#include "tests/models/training/fixtures.hpp"

namespace nmc {
namespace {

using testing_training::AffineFlow;
using testing_training::GaussianTarget;
using testing_training::gradient_error;
using testing_training::small_network;
using testing_training::Team;
using testing_training::TiltedWells;

constexpr Index kTrainedSites = 3;

TrainingOptions quick(Index steps) {
  TrainingOptions options;
  options.steps = steps;
  options.batch = 150;  // two whole chunks and a part
  options.seed = 4;
  options.schedule = {.rate = 0.05, .decay = Decay::cosine};
  options.validate_every = 7;
  options.validate_batch = 200;
  return options;
}

/// Draws of GaussianTarget(kTrainedSites, 2).
Batch gaussian_data(Index rows) {
  Batch x(rows, kTrainedSites);
  fill_normal({21, 0, 0, Purpose::test}, x);
  for (Index i = 0; i < kTrainedSites; ++i) x.col(i) = 2 + GaussianTarget::sigma(i) * x.col(i);
  return x;
}

void expect_equal(const TrainingState& a, const TrainingState& b) {
  EXPECT_EQ(a.step, b.step);
  EXPECT_EQ(a.parameters, b.parameters);
  EXPECT_EQ(a.optimiser, b.optimiser);
  EXPECT_EQ(a.data, b.data);
  EXPECT_EQ(a.best_step, b.best_step);
  EXPECT_EQ(a.best_parameters, b.best_parameters);
  ASSERT_EQ(a.log.size(), b.log.size());
  for (std::size_t i = 0; i < a.log.size(); ++i) {
    EXPECT_EQ(a.log[i].step, b.log[i].step);
    EXPECT_EQ(a.log[i].reverse.loss, b.log[i].reverse.loss);
    EXPECT_EQ(a.log[i].reverse.ess, b.log[i].reverse.ess);
    EXPECT_EQ(a.log[i].gradient_norm, b.log[i].gradient_norm);
    EXPECT_EQ(a.log[i].learning_rate, b.log[i].learning_rate);
  }
  ASSERT_EQ(a.validations.size(), b.validations.size());
  for (std::size_t i = 0; i < a.validations.size(); ++i) {
    EXPECT_EQ(a.validations[i].score, b.validations[i].score);
  }
}

TEST(Trainer, ReverseTrainingReachesAGaussianExactly) {
  const GaussianTarget target(kTrainedSites, 2);
  for (const Gradient gradient : {Gradient::total, Gradient::path}) {
    AffineFlow flow(kTrainedSites);
    flow.set_gradient(gradient);
    ReverseKl objective(flow, target, target.log_z());
    const Team team;
    Trainer trainer(flow, objective, quick(400), team.workers());
    EXPECT_EQ(trainer.run(), TrainingEnd::steps);
    const BatchQuality last = trainer.state().validations.back().reverse;
    // The path gradient's noise vanishes at the solution, the total one's stays at 1/sqrt(batch)
    // times the rate of the last steps.
    EXPECT_LT(std::abs(last.gap), gradient == Gradient::path ? 1e-5 : 1e-2);
    EXPECT_GT(last.ess, 0.99);
    for (Index i = 0; i < kTrainedSites; ++i) {
      EXPECT_NEAR(flow.parameters()[static_cast<std::size_t>(i)], 2, 0.05);
    }
  }
}

TEST(Trainer, ForwardTrainingReachesTheMomentsOfTheData) {
  const Batch x = gaussian_data(500);
  DataSet data(x);
  AffineFlow flow(kTrainedSites);
  ForwardKl objective(flow, data);
  const Team team;
  Trainer trainer(flow, objective, quick(500), team.workers());
  trainer.run();
  for (Index i = 0; i < kTrainedSites; ++i) {
    const double mean = x.col(i).mean();
    const double deviation = std::sqrt((x.col(i) - mean).square().mean());
    // Rows are drawn with replacement: noise of the last averaged steps, a few per cent.
    EXPECT_NEAR(flow.parameters()[static_cast<std::size_t>(i)], mean, 0.06);
    EXPECT_NEAR(std::exp(flow.parameters()[static_cast<std::size_t>(kTrainedSites + i)]), deviation,
                0.06);
  }
  EXPECT_GE(trainer.state().best_step, 0);
  EXPECT_TRUE(std::isnan(trainer.state().log.back().reverse.loss));
}

TEST(Trainer, BatchGradientIsTheDerivativeOfTheLossOfEveryObjective) {
  const auto flow = small_network(kTrainedSites);
  const TiltedWells target(kTrainedSites, 0.3);
  DataSet data(gaussian_data(20));
  const Team team;
  const BatchRows batch{{.seed = 3, .purpose = Purpose::train}, 130, team.workers()};
  const ReverseKl reverse(*flow, target);
  const ForwardKl forward(*flow, data);
  const MixedKl mixed(ReverseKl(*flow, target), ForwardKl(*flow, data), 0.25);
  const auto error = [&](const Objective& objective, const std::vector<double>& weights) {
    const Index parameters = std::ssize(std::as_const(*flow).parameters());
    OrderedSum sum, of_values;
    const auto value = [&] {
      const Batch losses = evaluate_batch(objective, batch, parameters, of_values).losses;
      double sum = 0;
      for (std::size_t c = 0; c < weights.size(); ++c)
        sum += weights[c] * losses.col(static_cast<Index>(c)).mean();
      return sum;
    };
    return gradient_error(*flow, evaluate_batch(objective, batch, parameters, sum).grad, value);
  };
  // Fourth-order differences at 1e-3 of a loss of order one: 1e-9 and below.
  EXPECT_LT(error(reverse, {1}), 1e-8);
  EXPECT_LT(error(forward, {1}), 1e-8);
  EXPECT_LT(error(mixed, {0.75, 0.25}), 1e-8);
}

TEST(Trainer, HalfARunRestoredAndContinuedEqualsAFullRunBitForBit) {
  const GaussianTarget target(kTrainedSites, 2);
  DataSet data(gaussian_data(50), 10);
  const auto mixed = [&](const Flow& flow) {
    return MixedKl(ReverseKl(flow, target), ForwardKl(flow, data), 0.3);
  };
  TrainingOptions options = quick(30);
  options.adam.is_amsgrad = true;
  const Team team;

  const auto whole = small_network(kTrainedSites), first = small_network(kTrainedSites),
             second = small_network(kTrainedSites);
  MixedKl of_whole = mixed(*whole), of_first = mixed(*first), of_second = mixed(*second);
  Trainer full(*whole, of_whole, options, team.workers());
  full.run();

  Trainer half(*first, of_first, options, team.workers());
  EXPECT_EQ(half.run([](const StepRecord& record) { return record.step < 12; }),
            TrainingEnd::callback);
  const TrainingState stopped = half.state();
  EXPECT_EQ(stopped.step, 13);
  Trainer rest(*second, of_second, options, team.workers());
  rest.set_state(stopped);
  rest.run();
  expect_equal(full.state(), rest.state());
}

TEST(Trainer, ResultDoesNotDependOnTheNumberOfThreads) {
  const TiltedWells target(kTrainedSites, 0.3);
  const auto train = [&](int threads) {
    SymmetrisedFlow flow(small_network(kTrainedSites), z2_group(kTrainedSites));
    const Team team(threads);
    ReverseKl objective(flow, target);
    Trainer trainer(flow, objective, quick(10), team.workers());
    trainer.run();
    return trainer.state();
  };
  expect_equal(train(1), train(3));
}

TEST(Trainer, BestParametersAreThoseOfTheLowestValidation) {
  const GaussianTarget target(kTrainedSites, 2);
  AffineFlow flow(kTrainedSites);
  TrainingOptions options = quick(25);
  options.schedule = {.rate = 2.0};  // far too large: the loss goes up and down
  options.validate_every = 1;
  const Team team;
  ReverseKl objective(flow, target);
  Trainer trainer(flow, objective, options, team.workers());
  std::vector<std::vector<double>> seen;
  trainer.run({}, [&](const ValidationRecord&) { seen.push_back(trainer.state().parameters); });
  const TrainingState state = trainer.state();
  const auto best = std::ranges::min_element(state.validations, {}, &ValidationRecord::score);
  EXPECT_NE(best->step, state.step);
  EXPECT_EQ(state.best_step, best->step);
  ASSERT_TRUE(trainer.restore_best());
  EXPECT_EQ(trainer.state().parameters,
            seen[static_cast<std::size_t>(best - state.validations.begin())]);
}

TEST(Trainer, GoesOnAsIfMoreHadBeenAskedForAtOnce) {
  const GaussianTarget target(kTrainedSites, 2);
  const Team team;
  const auto constant = [](Index steps) {
    TrainingOptions options = quick(steps);
    options.schedule.decay = Decay::constant;
    return options;
  };
  AffineFlow at_once(kTrainedSites), in_parts(kTrainedSites);
  ReverseKl of_whole(at_once, target), of_parts(in_parts, target);
  Trainer whole(at_once, of_whole, constant(30), team.workers());
  whole.run();
  // 10 and 18 are no multiples of validate_every: what is found there must not be in the whole.
  TrainingState state;
  for (const Index steps : {10, 18, 30}) {
    Trainer part(in_parts, of_parts, constant(steps), team.workers());
    if (!state.log.empty()) part.set_state(state);
    EXPECT_EQ(part.run(), TrainingEnd::steps);
    state = part.state();
    EXPECT_TRUE(state.has_extra_validation);
    EXPECT_EQ(end_of(state, constant(steps)), TrainingEnd::steps);
    EXPECT_FALSE(end_of(state, constant(steps + 1)));
  }
  expect_equal(whole.state(), state);
  EXPECT_EQ(whole.restore_best(), true);
}

TEST(Trainer, TakesTheEndWhereItIsBetterThanEveryRegularValidation) {
  const GaussianTarget target(kTrainedSites, 2);
  const Team team;
  AffineFlow flow(kTrainedSites);
  ReverseKl objective(flow, target);
  Trainer trainer(flow, objective, quick(10), team.workers());
  trainer.run();
  const TrainingState state = trainer.state();
  ASSERT_TRUE(state.has_extra_validation);
  ASSERT_EQ(state.best_step, 7);
  ASSERT_LT(state.validations.back().score, state.best_score);
  ASSERT_TRUE(trainer.restore_best());
  EXPECT_EQ(trainer.state().parameters, state.parameters);
}

TEST(Trainer, StopsAtTheAskedEssAndAtTheAskedTime) {
  const GaussianTarget target(kTrainedSites, 0);
  const Team team;
  AffineFlow flow(kTrainedSites);
  TrainingOptions options = quick(100000);
  options.stop_at_ess = 0.2;
  ReverseKl objective(flow, target);
  EXPECT_EQ(Trainer(flow, objective, options, team.workers()).run(), TrainingEnd::ess);
  options.stop_at_ess = 0;
  options.stop_after_seconds = 0.02;
  Trainer timed(flow, objective, options, team.workers());
  EXPECT_EQ(timed.run(), TrainingEnd::time);
  EXPECT_EQ(timed.state().validations.back().step, timed.state().step);
}

TEST(Trainer, WarmUpAndClippingAreLogged) {
  const GaussianTarget target(kTrainedSites, 50);
  AffineFlow flow(kTrainedSites);
  TrainingOptions options = quick(10);
  options.schedule = {.rate = 0.1, .warmup = 5};
  const Team team;
  ReverseKl objective(flow, target);
  Trainer trainer(flow, objective, options, team.workers());
  trainer.run();
  const TrainingState state = trainer.state();
  EXPECT_DOUBLE_EQ(state.log[0].learning_rate, 0.02);
  EXPECT_DOUBLE_EQ(state.log[9].learning_rate, 0.1);
  EXPECT_GT(state.log[0].gradient_norm, options.clip);  // as it was before clipping
  // |m| of Adam's first step is (1 - beta1) |clipped gradient|.
  AffineFlow again(kTrainedSites);
  options.steps = 6;
  ReverseKl of_again(again, target);
  Trainer one(again, of_again, options, team.workers());
  one.run([](const StepRecord&) { return false; });
  EXPECT_NEAR(norm(one.state().optimiser.m), 0.1 * options.clip, 1e-12);
}

TEST(Trainer, RefusesWhatDoesNotFitTogether) {
  const GaussianTarget target(kTrainedSites, 0);
  const GaussianTarget larger(kTrainedSites + 1, 0);
  AffineFlow flow(kTrainedSites);
  DataSet data(gaussian_data(20)), wider(Batch::Ones(20, kTrainedSites + 1));
  const Team team;
  ReverseKl objective(flow, target);
  const auto make = [&](const TrainingOptions& options) {
    Trainer(flow, objective, options, team.workers());
  };
  EXPECT_NO_THROW(make(quick(1)));
  EXPECT_THROW(make(quick(0)), UserError);
  TrainingOptions options = quick(1);
  options.batch = 0;
  EXPECT_THROW(make(options), UserError);
  EXPECT_THROW(ReverseKl(flow, larger), UserError);
  EXPECT_THROW(ForwardKl(flow, wider), UserError);
  EXPECT_THROW(ForwardKl(flow, data, {&larger}), UserError);
  for (const double weight : {-0.5, 0.0, 1.0, 1.5})
    EXPECT_THROW(MixedKl(ReverseKl(flow, target), ForwardKl(flow, data), weight), UserError);
  Trainer trainer(flow, objective, quick(1), team.workers());
  AffineFlow other(kTrainedSites + 1);
  ReverseKl of_other(other, larger);
  Trainer foreign(other, of_other, quick(1), team.workers());
  EXPECT_THROW(trainer.set_state(foreign.state()), UserError);
}

}  // namespace
}  // namespace nmc
