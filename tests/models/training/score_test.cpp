#include <gtest/gtest.h>

#include <string>

#include "core/errors.hpp"
#include "models/symmetry/symmetrised_spins.hpp"
#include "models/training/batch_loss.hpp"
#include "models/training/mixed_kl.hpp"
#include "tests/models/autoregressive/spin_models.hpp"
#include "tests/models/training/fixtures.hpp"

/// How batches of networks of spins are cut up for the score's baselines.
namespace nmc {
namespace {

using testing_spins::TiltedChain;
using testing_training::Team;

const Streams kStreams{.seed = 5, .step = 3, .first_chain = 0, .purpose = Purpose::train};

struct BatchGradient {
  Column loss;
  std::vector<double> grad;
};

BatchGradient batch_of(const Trainable& model, const Target& target, Index rows, const Team& team) {
  const ReverseKl objective(model, target);
  OrderedSum sum;
  const auto [losses, grad] = evaluate_batch(objective, {kStreams, rows, team.workers()},
                                             std::ssize(model.parameters()), sum);
  return {losses.col(0), {grad.begin(), grad.end()}};
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
      const BatchGradient loss = batch_of(*model, target, rows, Team());
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
    const BatchGradient one = batch_of(*model, target, rows, Team());
    for (const int threads : {2, 3}) {
      const BatchGradient more = batch_of(*model, target, rows, Team(threads));
      EXPECT_TRUE((one.loss == more.loss).all());
      EXPECT_EQ(one.grad, more.grad);
    }
  }
}

std::string refusal(Trainable& model, Objective& objective) {
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
  DataSet data(Batch::Ones(20, 12), 2);
  ReverseKl reverse(*network, spins);
  ForwardKl forward(*network, data);
  MixedKl mixed(ReverseKl(*network, spins), ForwardKl(*network, data), 0.5);
  EXPECT_NE(refusal(*network, reverse).find("set train.batch to 2 or more"), std::string::npos);
  EXPECT_NE(refusal(*network, mixed).find("set train.batch"), std::string::npos);
  EXPECT_EQ(refusal(*network, forward), "");
  testing_training::AffineFlow flow(3);
  const testing_training::GaussianTarget gaussian(3, 2);
  ReverseKl of_flow(flow, gaussian);
  EXPECT_EQ(refusal(flow, of_flow), "");
}

}  // namespace
}  // namespace nmc
