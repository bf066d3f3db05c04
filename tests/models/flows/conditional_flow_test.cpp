#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "models/flows/coupling/mera.hpp"
#include "models/flows/linear/elementary.hpp"
#include "models/flows/linear/free_field.hpp"
#include "models/symmetry/symmetrised_flow.hpp"
#include "models/training/condition_draws.hpp"
#include "models/training/reverse_kl.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/dual_ising.hpp"
#include "physics/systems/made_family.hpp"
#include "physics/systems/phi4.hpp"
#include "tests/models/training/fixtures.hpp"

/// Flows with conditions as inputs.
namespace nmc {
namespace {

/// One layer of each kind that reads conditions, on a torus of 4 x 4 sites.
BijectorFlow::Layers conditional_layers(int conditions) {
  NeuralRgSpec spec;
  spec.L = 4;
  spec.couplings = 4;
  spec.hidden = {8};
  spec.conditions = conditions;
  BijectorFlow::Layers layers = neural_rg_layers(spec);
  layers.insert(layers.begin(),
                std::make_unique<FreeFieldLayer>(std::vector<Index>{4, 4}, conditions));
  layers.push_back(std::make_unique<ScalingLayer>(16, conditions));
  return layers;
}

std::unique_ptr<BijectorFlow> conditional_flow(FlowConditions conditions, Precision precision) {
  return std::make_unique<BijectorFlow>(
      conditional_layers(static_cast<int>(conditions.ranges.size())), precision, 3,
      std::move(conditions));
}

const FlowConditions kBetas{{{"beta", 0.2, 0.6}}, {{0.3}}};

void scatter(Trainable& model) {
  Batch noise(1, std::ssize(model.parameters()));
  fill_normal({8, 0, 0, Purpose::test}, noise);
  for (std::size_t k = 0; k < model.parameters().size(); ++k)
    model.parameters()[k] += 0.1 * noise(0, static_cast<Index>(k));
  model.parameters_changed();
}

/// A flow and its mixture over a symmetry.
std::vector<std::unique_ptr<Trainable>> scattered_models() {
  std::vector<std::unique_ptr<Trainable>> all;
  all.push_back(conditional_flow(kBetas, Precision::twice));
  all.push_back(
      std::make_unique<SymmetrisedFlow>(conditional_flow(kBetas, Precision::twice), z2_group(16)));
  for (const auto& model : all) scatter(*model);
  return all;
}

DualIsing dual(double beta) {
  return {make_graph(torus({4, 4})), beta};
}

TEST(ConditionalFlow, BeginsAsThePlainFlow) {
  const auto flow = conditional_flow(kBetas, Precision::single);
  const Draw own = flow->sample({1, 0, 0, Purpose::test}, 70);
  const Draw there = flow->at({{0.6}})->sample({1, 0, 0, Purpose::test}, 70);
  EXPECT_TRUE((own.x == there.x).all());
  EXPECT_TRUE((own.log_q == there.log_q).all());
}

TEST(ConditionalFlow, AtAnotherConditionItIsTheFlowOfThatConditionBitForBit) {
  const Streams streams{7, 3, 5, Purpose::train};
  for (const auto& model : scattered_models())
    for (const Gradient gradient : {Gradient::total, Gradient::path}) {
      model->set_gradient(gradient);
      const DualIsing target = dual(0.5);
      const auto view = model->at({{0.5}});
      std::vector<double> grad(std::as_const(*model).parameters().size()), expected(grad.size());
      const Column loss = view->loss_grad(target, streams, 70, grad);
      const Draw draw = view->sample(streams, 70);
      const Column log_q = view->log_prob(draw.x);
      EXPECT_GT((log_q - model->log_prob(draw.x)).abs().maxCoeff(), 0.1);
      model->set_condition({{0.5}});
      EXPECT_TRUE((loss == model->loss_grad(target, streams, 70, expected)).all());
      EXPECT_EQ(grad, expected);
      EXPECT_TRUE((draw.x == model->sample(streams, 70).x).all());
      EXPECT_TRUE((log_q == model->log_prob(draw.x)).all());
      EXPECT_LT((draw.log_q - log_q).abs().maxCoeff(), 1e-9);
      model->set_condition({{0.3}});
    }
}

TEST(ConditionalFlow, AViewHasTheParametersOfItsFlow) {
  for (const auto& model : scattered_models()) {
    const auto view = model->at({{0.5}});
    const Draw before = view->sample({2, 0, 0, Purpose::test}, 3);
    for (double& parameter : model->parameters()) parameter *= 0.5;
    model->parameters_changed();
    EXPECT_GT((view->sample({2, 0, 0, Purpose::test}, 3).x - before.x).abs().maxCoeff(), 1e-3);
    EXPECT_EQ(std::as_const(*view).parameters().data(), std::as_const(*model).parameters().data());
    EXPECT_THROW((void)view->parameters(), std::logic_error);
    EXPECT_EQ(view->conditions().front().name, "beta");
  }
}

TEST(ConditionalFlow, WhatItWasNotMadeForIsRefused) {
  const auto flow = conditional_flow(kBetas, Precision::twice);
  EXPECT_THROW((void)flow->at({{0.61}}), UserError);
  EXPECT_THROW(flow->set_condition({{0.1}}), UserError);
  EXPECT_THROW((void)flow->at({{0.3, 0.4}}), UserError);
  EXPECT_THROW((void)conditional_flow({{{"beta", 0.6, 0.6}}, {{0.6}}}, Precision::twice),
               UserError);
  EXPECT_THROW((void)conditional_flow({{{"beta", 0, 1}}, {{2}}}, Precision::twice), UserError);
  EXPECT_THROW(
      (void)conditional_flow({{{"m2", 0, 1}, {"m2", 0, 1}}, {{0.5, 0.5}}}, Precision::twice),
      UserError);
  EXPECT_THROW(BijectorFlow(conditional_layers(2), Precision::twice, 1, kBetas), UserError);
  const BijectorFlow plain(conditional_layers(0), Precision::twice, 1);
  EXPECT_TRUE(plain.conditions().empty());
  EXPECT_THROW((void)plain.at({{0.3}}), std::logic_error);
}

double ess(const Trainable& model, const Target& target) {
  const Draw draw = model.sample({11, 0, 0, Purpose::evaluate}, 2000);
  const Column log_w = target.log_density(draw.x) - draw.log_q;
  const Column w = (log_w - log_w.maxCoeff()).exp();
  return w.sum() * w.sum() / (2000 * w.square().sum());
}

void train(Trainable& model, const TargetFamily& family, const Target& own, Index steps) {
  const ConditionDraws draws(model.conditions(), 1);
  ReverseKl objective(model, own, {}, {&family, &draws});
  TrainingOptions options;
  options.steps = steps;
  options.batch = 128;
  options.schedule = {.rate = 0.01, .steps = steps, .decay = Decay::cosine};
  options.validate_every = 0;
  const testing_training::Team team;
  Trainer(model, objective, options, team.workers()).run();
}

TEST(ConditionalFlow, OneTrainingServesARangeOfTemperatures) {
  const MadeFamily family({beta_condition()}, [](const Condition& at) {
    return std::make_unique<DualIsing>(make_graph(torus({4, 4})), at.values.front());
  });
  SymmetrisedFlow flow(conditional_flow({{{"beta", 0.05, 0.2}}, {{0.1}}}, Precision::single),
                       z2_group(16));
  train(flow, family, dual(0.1), 1000);
  for (const double beta : {0.05, 0.125, 0.2})
    EXPECT_GT(ess(*std::as_const(flow).at({{beta}}), dual(beta)), 0.7) << beta;
}

TEST(ConditionalFlow, OneTrainingServesTwoParametersOfAField) {
  const Lattice lattice = torus({4, 4});
  const auto field = [&](const Condition& at) {
    return std::make_unique<Phi4>(lattice, at.values[0], at.values[1]);
  };
  const MadeFamily family({{"m2", -9, 9}, {"lambda", 0, 99}}, field);
  const auto flow =
      conditional_flow({{{"m2", 0.5, 2}, {"lambda", 0, 2}}, {{1, 1}}}, Precision::single);
  train(*flow, family, *field({{1, 1}}), 1500);
  for (const std::vector<double>& values : {std::vector<double>{0.5, 0}, {2, 0}, {0.5, 2}, {2, 2}})
    EXPECT_GT(ess(*flow->at({values}), *field({values})), 0.7) << values[0] << " " << values[1];
}

}  // namespace
}  // namespace nmc
