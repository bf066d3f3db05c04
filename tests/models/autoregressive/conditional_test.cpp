#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/autoregressive/bernoulli_mixture.hpp"
#include "models/autoregressive/recurrent_model.hpp"
#include "models/symmetry/flip_symmetric_spins.hpp"
#include "models/symmetry/symmetry.hpp"
#include "models/training/condition_draws.hpp"
#include "models/training/reverse_kl.hpp"
#include "models/training/trainer.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "physics/systems/spin_family.hpp"
#include "tests/contracts/causal_architectures.hpp"
#include "tests/models/autoregressive/spin_models.hpp"
#include "tests/models/training/fixtures.hpp"

/// Networks with the inverse temperature as an input.
namespace nmc {
namespace {

constexpr double kBeta = 0.25;  // not that of the specs

/// Each conditional network, of 8 or of 12 sites, and what is made of it.
std::vector<std::unique_ptr<Trainable>> networks() {
  std::vector<testing_spins::NamedModel> makers = testing_spins::conditional_models();
  for (const auto& [name, spec, sees_all] : test::causal_architectures({4, 2}))
    if (spec.beta_range)
      makers.push_back({name, [spec] { return test::noisy_model(spec, Precision::twice); }});
  std::vector<std::unique_ptr<Trainable>> all;
  for (const auto& [name, make] : makers) {
    all.push_back(make());
    all.push_back(std::make_unique<FlipSymmetricSpins>(make()));
    const Index sites = all.back()->sites();
    all.push_back(std::make_unique<SymmetrisedSpins>(make(), z2_group(sites)));
  }
  return all;
}

Graph glass_of(Index sites) {
  return test::small_glass(sites == 8 ? std::vector<Index>{4, 2} : std::vector<Index>{3, 4});
}

TEST(Conditional, AtAnotherBetaItIsANetworkOfThatBeta) {
  for (const auto& model : networks()) {
    const Batch s = test::all_configurations(model->sites());
    for (const double beta : {0.1, kBeta, 0.6}) {
      const auto view = model->at({{beta}});
      const Column log_q = view->log_prob(s);
      EXPECT_NEAR(log_q.exp().sum(), 1, 1e-12);
      EXPECT_GT((log_q - model->log_prob(s)).abs().maxCoeff(), 0.01);
      const Draw draw = view->sample({3, 0, 0, Purpose::test}, 70);
      EXPECT_LT((draw.log_q - view->log_prob(draw.x)).abs().maxCoeff(), 1e-12);
      const auto other = model->at({{0.4}});
      model->set_condition({{beta}});
      EXPECT_TRUE((model->log_prob(s) == log_q).all());
      model->set_condition({{0.4}});
      EXPECT_TRUE((model->log_prob(s) == other->log_prob(s)).all());
    }
  }
}

TEST(Conditional, GradientAtAnotherBetaIsTheDifferenceQuotient) {
  const Column weight = Column::LinSpaced(5, -1.0, 2.0);
  for (const auto& model : networks()) {
    const auto view = model->at({{kBeta}});
    const Batch s = view->sample({4, 0, 0, Purpose::test}, 5).x;
    std::vector<double> grad(std::as_const(*model).parameters().size());
    view->add_grad(s, weight, grad);
    // Differences of fourth order at a step of 1e-3: 1e-11 and below.
    const auto value = [&] { return (weight * view->log_prob(s)).sum(); };
    EXPECT_LT(testing_spins::gradient_error(*model, grad, value), 1e-8);
  }
}

TEST(Conditional, LossAndItsGradientAreThoseAtItsCondition) {
  const Streams streams{7, 3, 5, Purpose::train};
  for (const auto& model : networks()) {
    const Ising target(glass_of(model->sites()), kBeta);
    std::vector<double> grad(std::as_const(*model).parameters().size()), expected(grad.size());
    const Column loss = model->at({{kBeta}})->loss_grad(target, streams, 100, grad);
    EXPECT_GT((loss - model->loss_grad(target, streams, 100, {})).abs().maxCoeff(), 0.01);
    model->set_condition({{kBeta}});
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
    EXPECT_TRUE((model.at({{beta}})->log_prob(s) == plain.log_prob(s)).all());
}

/// Parameters of a plain network from those of a conditional one with the same layers: b + c x.
std::vector<double> on_their_lines(std::span<const double> from, const RecurrentLayers& layers,
                                   double x) {
  std::vector<double> numbers;
  for (const CausalLayer* layer : layers.all()) {
    numbers.insert(numbers.end(), from.begin(), from.begin() + layer->weights);
    from = from.subspan(static_cast<std::size_t>(layer->weights));
    const auto biases = static_cast<std::size_t>(layer->biases);
    for (std::size_t k = 0; k < biases; ++k) numbers.push_back(from[k] + x * from[biases + k]);
    from = from.subspan(2 * biases);
  }
  return numbers;
}

void expect_same(const Trainable& conditional, double beta, Trainable& plain,
                 const std::vector<double>& numbers) {
  ASSERT_EQ(numbers.size(), plain.parameters().size());
  std::ranges::copy(numbers, plain.parameters().begin());
  plain.parameters_changed();
  const Batch s = test::all_configurations(plain.sites());
  // Rounding of the lines, and of the network after them.
  EXPECT_LT((conditional.at({{beta}})->log_prob(s) - plain.log_prob(s)).abs().maxCoeff(), 1e-12);
}

TEST(Conditional, RecurrentNetworksHaveAllTheirBiasesOnLinesInBeta) {
  for (const RecurrentCell cell : {RecurrentCell::gru, RecurrentCell::lstm})
    for (const bool is_shared : {true, false}) {
      RecurrentSpec spec = snake_spec({4, 2}, {cell, 3, is_shared});
      RecurrentModel plain(spec, Precision::twice, 1);
      spec = test::conditional(std::move(spec));
      RecurrentModel model(spec, Precision::twice, 1);
      testing_spins::scatter_parameters(model, 1);
      for (const double beta : {0.1, kBeta, 0.6})
        expect_same(model, beta, plain,
                    on_their_lines(std::as_const(model).parameters(), recurrent_layers(spec),
                                   (2 * beta - 0.7) / 0.5));
    }
}

TEST(Conditional, MixturesHaveLogWeightsAndFieldsOnLinesInBeta) {
  MixtureSpec spec{6, {3, 1, 0, 2, 5, 4}, 3};
  BernoulliMixture plain(spec, 1);
  BernoulliMixture model(test::conditional(spec), 1);
  testing_spins::scatter_parameters(model, 2);
  const std::span<const double> all = std::as_const(model).parameters();
  for (const double beta : {0.1, kBeta, 0.6}) {
    std::vector<double> numbers(all.begin(), all.begin() + 21);
    for (std::size_t k = 0; k < 21; ++k) numbers[k] += (2 * beta - 0.7) / 0.5 * all[21 + k];
    expect_same(model, beta, plain, numbers);
  }
}

TEST(Conditional, ARangeThatIsNoneAndABetaOutsideAreRefused) {
  CausalSpec spec =
      test::conditional(made_spec(test::in_order({{2, 2}}, PatchOrder::raster), {2, 3}));
  const CausalModel model(spec, Precision::twice, 1);
  EXPECT_THROW((void)model.at({{0.09}}), UserError);
  EXPECT_NO_THROW((void)model.at({{0.1}}));
  EXPECT_THROW((void)model.at({{0.2, 0.3}}), UserError);
  spec.beta = 0.7;
  EXPECT_THROW(CausalModel(spec, Precision::twice, 1), UserError);
  spec.beta_range = {"beta", 0.7, 0.7};
  EXPECT_THROW(CausalModel(spec, Precision::twice, 1), UserError);
  for (const auto& [name, make] : testing_spins::conditional_models()) {
    const auto network = make();
    EXPECT_THROW((void)network->at({{0.61}}), UserError) << name;
    EXPECT_THROW(network->set_condition({{0.09}}), UserError) << name;
  }
  RecurrentSpec snake = test::conditional(snake_spec({2, 2}, {}));
  snake.beta = 0.7;
  EXPECT_THROW(RecurrentModel(snake, Precision::twice, 1), UserError);
  MixtureSpec mixture = test::conditional(MixtureSpec{2, {0, 1}, 2});
  mixture.beta_range = {"beta", 0.4, 0.4};
  EXPECT_THROW(BernoulliMixture(mixture, 1), UserError);
}

double ess(const Trainable& model, const Target& target) {
  const Draw draw = model.sample({11, 0, 0, Purpose::evaluate}, 1000);
  const Column log_w = target.log_density(draw.x) - draw.log_q;
  const Column w = (log_w - log_w.maxCoeff()).exp();
  return w.sum() * w.sum() / (1000 * w.square().sum());
}

/// ESS at 0.2, 0.4 and 0.6 after a training of the whole range.
std::vector<double> train_range(Trainable& model, const Graph& graph, Index steps) {
  const Ising own(graph, 0.4);
  const SpinFamily family(std::make_unique<Ising>(graph, 1));
  const ConditionDraws draws(model.conditions(), 1);
  ReverseKl objective(model, own, {}, {&family, &draws});
  TrainingOptions options;
  options.steps = steps;
  options.batch = 128;
  options.schedule.rate = 0.01;
  options.validate_every = 0;
  const testing_training::Team team;
  Trainer(model, objective, options, team.workers()).run();
  std::vector<double> all;
  for (const double beta : {0.2, 0.4, 0.6})
    all.push_back(ess(*std::as_const(model).at({{beta}}), Ising(graph, beta)));
  return all;
}

TEST(Conditional, OneTrainingServesTheWholeRange) {
  const Graph graph = make_graph(torus({4, 4}));
  CausalSpec spec = two_body_spec(test::in_order({{4, 4}}, PatchOrder::raster), graph, 0.4, {2, 8});
  spec.beta_range = {"beta", 0.2, 0.6};
  CausalModel model(spec, Precision::single, 1);
  for (const double fraction : train_range(model, graph, 1500)) EXPECT_GT(fraction, 0.9);
}

TEST(Conditional, OneTrainingOfARecurrentNetworkServesTheWholeRange) {
  const Graph graph = make_graph(torus({3, 3}));
  RecurrentSpec spec = snake_spec({3, 3}, {RecurrentCell::gru, 8});
  spec.beta = 0.4;
  spec.beta_range = {"beta", 0.2, 0.6};
  RecurrentModel model(spec, Precision::single, 1);
  for (const double fraction : train_range(model, graph, 1500)) EXPECT_GT(fraction, 0.9);
}

}  // namespace
}  // namespace nmc
