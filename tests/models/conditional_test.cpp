#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/flip_symmetric_spins.hpp"
#include "models/symmetry.hpp"
#include "models/training/beta_draws.hpp"
#include "models/training/trainer.hpp"
#include "physics/ising.hpp"
#include "physics/lattice.hpp"
#include "tests/contracts/causal_architectures.hpp"
#include "tests/models/training_fixtures.hpp"

/// Networks with the inverse temperature as an input.
namespace nmc {
namespace {

constexpr double kBeta = 0.25;  // not that of the specs

std::vector<std::unique_ptr<Trainable>> networks(const std::vector<Index>& extents) {
  std::vector<std::unique_ptr<Trainable>> all;
  for (const auto& [name, spec, sees_all] : test::causal_architectures(extents)) {
    if (!spec.beta_range) continue;
    all.push_back(test::noisy_model(spec, Precision::twice));
    all.push_back(std::make_unique<FlipSymmetricSpins>(test::noisy_model(spec, Precision::twice)));
    auto plain = test::noisy_model(spec, Precision::twice);
    all.push_back(std::make_unique<SymmetrisedSpins>(std::move(plain), z2_group(spec.sites)));
  }
  return all;
}

TEST(Conditional, AtAnotherBetaItIsANetworkOfThatBeta) {
  const Batch s = test::all_configurations(8);
  for (const auto& model : networks({4, 2})) {
    const auto view = model->at_beta(kBeta);
    const Column log_q = view->log_prob(s);
    EXPECT_NEAR(log_q.exp().sum(), 1, 1e-12);
    EXPECT_GT((log_q - model->log_prob(s)).abs().maxCoeff(), 0.01);
    const Draw draw = view->sample({3, 0, 0, Purpose::test}, 70);
    EXPECT_LT((draw.log_q - view->log_prob(draw.x)).abs().maxCoeff(), 1e-12);
    model->set_beta(kBeta);
    EXPECT_TRUE((model->log_prob(s) == log_q).all());
  }
}

TEST(Conditional, LossAndItsGradientAreThoseAtTheBetaOfTheTarget) {
  const Ising target(test::small_glass({4, 2}), kBeta);
  const Streams streams{7, 3, 5, Purpose::train};
  for (const auto& model : networks({4, 2})) {
    std::vector<double> grad(std::as_const(*model).parameters().size()), expected(grad.size());
    const Column loss = model->loss_grad(target, streams, 100, grad);
    model->set_beta(kBeta);
    EXPECT_TRUE((loss == model->loss_grad(target, streams, 100, expected)).all());
    EXPECT_EQ(grad, expected);
    const Draw draw = model->sample(streams, 100);
    EXPECT_LT((loss - (draw.log_q - target.log_density(draw.x))).abs().maxCoeff(), 1e-12);
  }
}

TEST(Conditional, WithoutSlopesItIsThePlainNetwork) {
  const CausalFrame frame = test::in_order({{4, 2}}, PatchOrder::raster);
  const CausalSpec spec = made_spec(frame, {2, 3});
  const CausalModel plain(spec, Precision::twice, 5);
  CausalModel model(test::conditional(spec), Precision::twice, 5);
  auto to = model.parameters().begin();
  auto from = plain.parameters().begin();
  for (const CausalLayer& layer : spec.layers) {
    to = std::copy_n(from, layer.weights + layer.biases, to);
    to = std::fill_n(to, layer.biases, 0.0);
    from += layer.weights + layer.biases;
  }
  EXPECT_EQ(to, model.parameters().end());
  model.parameters_changed();
  const Batch s = test::all_configurations(8);
  for (const double beta : {0.1, 0.6})
    EXPECT_TRUE((model.at_beta(beta)->log_prob(s) == plain.log_prob(s)).all());
}

TEST(Conditional, ARangeThatIsNoneAndABetaOutsideAreRefused) {
  CausalSpec spec =
      test::conditional(made_spec(test::in_order({{2, 2}}, PatchOrder::raster), {2, 3}));
  const CausalModel model(spec, Precision::twice, 1);
  EXPECT_THROW((void)model.at_beta(0.09), UserError);
  EXPECT_NO_THROW((void)model.at_beta(0.1));
  spec.beta = 0.7;
  EXPECT_THROW(CausalModel(spec, Precision::twice, 1), UserError);
  spec.beta_range = {0.7, 0.7};
  EXPECT_THROW(CausalModel(spec, Precision::twice, 1), UserError);
}

TEST(BetaDraws, AreUniformInTheRangeAndAFunctionOfTheStep) {
  const Graph graph = test::small_glass({2, 2});
  BetaDraws draws({0.3, 0.5}, 4, std::make_unique<Ising>(graph, 1));
  const Batch s = test::all_configurations(4);
  double mean = 0;
  for (Index step = 0; step < 1000; ++step) {
    const double beta = draws.beta_at(step);
    EXPECT_TRUE(beta > 0.3 && beta < 0.5);
    mean += beta / 1000;
  }
  EXPECT_NEAR(mean, 0.4, 5 * 0.2 / std::sqrt(12.0 * 1000));  // 5 sigma of the mean
  const Column log_p = draws.at(7).log_density(s);
  EXPECT_LT((log_p - Ising(graph, draws.beta_at(7)).log_density(s)).abs().maxCoeff(), 1e-13);
}

double ess(const Trainable& model, const Target& target) {
  const Draw draw = model.sample({11, 0, 0, Purpose::evaluate}, 1000);
  const Column log_w = target.log_density(draw.x) - draw.log_q;
  const Column w = (log_w - log_w.maxCoeff()).exp();
  return w.sum() * w.sum() / (1000 * w.square().sum());
}

TEST(Conditional, OneTrainingServesTheWholeRange) {
  const Graph graph = make_graph(torus({4, 4}));
  CausalSpec spec = two_body_spec(test::in_order({{4, 4}}, PatchOrder::raster), graph, 0.4, {2, 8});
  spec.beta_range = {0.2, 0.6};
  CausalModel model(spec, Precision::single, 1);
  const Ising own(graph, 0.4);
  BetaDraws draws(*spec.beta_range, 1, std::make_unique<Ising>(graph, 1));
  Objective objective;
  objective.target = &own;
  objective.target_at = [&](Index step) -> const Target& { return draws.at(step); };
  TrainingOptions options;
  options.steps = 1500;
  options.batch = 128;
  options.schedule.rate = 0.01;
  options.validate_every = 0;
  const testing_training::Team team;
  Trainer(model, objective, options, team.workers()).run();
  for (const double beta : {0.2, 0.4, 0.6})
    EXPECT_GT(ess(*model.at_beta(beta), Ising(graph, beta)), 0.9) << beta;
}

}  // namespace
}  // namespace nmc
