#include <gtest/gtest.h>

#include <string>

#include "core/errors.hpp"
#include "models/symmetry/symmetrised_spins.hpp"
#include "models/training/batch_loss.hpp"
#include "tests/models/autoregressive/spin_models.hpp"
#include "tests/models/training/fixtures.hpp"

/// How batches of networks of spins are cut up for the score's baselines.
namespace nmc {
namespace {

using testing_spins::TiltedChain;
using testing_training::Team;

const Streams kStreams{.seed = 5, .step = 3, .first_chain = 0, .purpose = Purpose::train};

BatchLoss batch_of(const Trainable& model, const Target& target, Index rows, const Team& team) {
  BatchTask task;
  task.model = &model;
  task.target = &target;
  task.streams = kStreams;
  task.rows = rows;
  task.workers = team.workers();
  return evaluate_batch(task);
}

/// Weights by chunks of 64 rows: the loss less the mean of the others, a row that is left over less
/// the mean of the 64 before.
Column expected_weights(const Column& loss) {
  Column weight(loss.size());
  for (Index row = 0; row < loss.size(); ++row) {
    const Index first = row / 64 * 64, count = std::min<Index>(64, loss.size() - first);
    weight(row) = count == 1 ? loss(row) - loss.segment(first - 64, 64).mean()
                             : loss(row) - (loss.segment(first, count).sum() - loss(row)) /
                                               static_cast<double>(count - 1);
  }
  return weight / static_cast<double>(loss.size());
}

TEST(ScoreBatch, EveryRowHasOthersToBeHeldAgainst) {
  const TiltedChain target(12);
  for (const auto& [name, make] : testing_spins::autoregressive_models()) {
    if (name.ends_with("float")) continue;
    const auto model = make();
    for (const Index rows : {2, 64, 65, 66, 129}) {
      const BatchLoss loss = batch_of(*model, target, rows, Team());
      const Draw draw = model->sample(kStreams, rows);
      std::vector<double> expected(std::as_const(*model).parameters().size());
      model->add_grad(draw.x, expected_weights(draw.log_q - target.log_density(draw.x)), expected);
      for (std::size_t k = 0; k < expected.size(); ++k)
        EXPECT_NEAR(loss.grad[k], expected[k], 1e-12) << name << rows;
    }
  }
}

TEST(ScoreBatch, HasTheSameBitsForEveryNumberOfThreads) {
  const TiltedChain target(12);
  const auto model = testing_spins::autoregressive_models().front().make();
  for (const Index rows : {65, 129, 193}) {
    const BatchLoss one = batch_of(*model, target, rows, Team());
    for (const int threads : {2, 3}) {
      const BatchLoss more = batch_of(*model, target, rows, Team(threads));
      EXPECT_TRUE((one.reverse == more.reverse).all());
      EXPECT_EQ(one.grad, more.grad);
    }
  }
}

std::string refusal(Trainable& model, const Target& target, double forward_weight) {
  DataSet data(Batch::Ones(20, model.sites()), 2);
  Objective objective;
  objective.target = &target;
  objective.data = &data;
  objective.forward_weight = forward_weight;
  TrainingOptions options;
  options.batch = 1;
  const Team team;
  try {
    const Trainer trainer(model, objective, options, team.workers());
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(ScoreBatch, OfOneRowIsRefusedWhereItTeachesNothing) {
  const auto network = testing_spins::autoregressive_models().front().make();
  const TiltedChain spins(12);
  EXPECT_NE(refusal(*network, spins, 0).find("set train.batch to 2 or more"), std::string::npos);
  EXPECT_NE(refusal(*network, spins, 0.5).find("set train.batch"), std::string::npos);
  EXPECT_EQ(refusal(*network, spins, 1), "");
  testing_training::AffineFlow flow(3);
  EXPECT_EQ(refusal(flow, testing_training::GaussianTarget(3, 2), 0), "");
}

}  // namespace
}  // namespace nmc
