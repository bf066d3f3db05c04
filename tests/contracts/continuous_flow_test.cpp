#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <string>
#include <utility>

#include "core/archive/file.hpp"
#include "models/file/model_file.hpp"
#include "models/flows/continuous/continuous_flow.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "tests/contracts/flow_contract.hpp"
#include "tests/support/message_of.hpp"

/// Continuous flows along a dense net: the linear one, order, derivatives, errors, files.
namespace nmc::contracts {
namespace {

ContinuousSpec velocity_spec(int steps, std::vector<int> hidden = {6, 5}) {
  ContinuousSpec spec;
  spec.sites = 3;
  spec.hidden = std::move(hidden);
  spec.steps = steps;
  return spec;
}

std::unique_ptr<BijectorFlow> continuous_flow(ContinuousSpec spec, double width = 0.5,
                                              Precision precision = Precision::twice,
                                              FlowConditions conditions = {}) {
  spec.conditions = static_cast<int>(conditions.ranges.size());
  BijectorFlow::Layers layers;
  layers.push_back(std::make_unique<ContinuousFlow>(std::move(spec)));
  auto flow =
      std::make_unique<BijectorFlow>(std::move(layers), precision, 5, std::move(conditions));
  const Batch noise = normals(1, std::ssize(flow->parameters()), width, 3);
  for (std::size_t k = 0; k < flow->parameters().size(); ++k)
    flow->parameters()[k] += noise(0, static_cast<Index>(k));
  flow->parameters_changed();
  return flow;
}

FlowConditions two_conditions() {
  FlowConditions conditions{{}, {{0.3, 1.9}}};
  for (const char* name : {"c0", "c1"}) conditions.ranges.push_back({name, -0.5, 2.5});
  return conditions;
}

/// The linear flow ẋ = A x of data/zoo/flows.json, monge_ampere_linear: eqs. 29 and 30 of the
/// notes.
double zoo_error(int steps) {
  constexpr std::array kA = {-0.0031, -0.5755, 0.0737, -0.5755, -0.5841,
                             0.3262,  0.0737,  0.3262, 0.3239};
  const auto flow = continuous_flow(velocity_spec(steps, {}), 0);
  for (double& parameter : flow->parameters()) parameter = 0;
  std::ranges::copy(kA, flow->parameters().begin());
  flow->parameters_changed();
  Batch z(1, 3), x(1, 3);
  z << -0.1065, 0.2765, 0.1206;
  x << -0.2471847766968396, 0.28175322242206585, 0.2552243642780151;
  const Mapped image = flow->forward(z);
  EXPECT_NEAR(image.log_det(0), -0.2632999999999999, 1e-14);
  return (image.y - x).abs().maxCoeff();
}

TEST(ContinuousFlow, IsTheExponentialOfALinearVelocity) {
  EXPECT_LE(zoo_error(128), 1e-10);
  EXPECT_NEAR(zoo_error(16) / zoo_error(32), 16, 1.6);
}

TEST(ContinuousFlow, HasTheDivergenceOfItsVelocity) {
  for (const auto activation : {simd::Activation::tanh, simd::Activation::softplus})
    for (const auto& hidden : {std::vector<int>{}, {6}, {6, 5}}) {
      ContinuousSpec spec = velocity_spec(128, hidden);
      spec.activation = activation;
      const auto flow = continuous_flow(spec);
      EXPECT_LE(jacobian_error(*flow, normals(1, 3, 1.0)), 1e-7);
    }
}

/// Of the steps themselves, however coarse they are.
TEST(ContinuousFlow, HasTheGradientsOfItsSteps) {
  for (const auto activation : {simd::Activation::tanh, simd::Activation::softplus})
    for (const auto& hidden : {std::vector<int>{}, {7}, {6, 5, 4}}) {
      ContinuousSpec spec = velocity_spec(3, hidden);
      spec.activation = activation;
      const auto flow = continuous_flow(spec, 0.4, Precision::twice, two_conditions());
      for (const bool forward : {true, false}) {
        const GradientError error = gradient_error(*flow, normals(3, 3, 0.7), forward);
        EXPECT_LE(error.input, 1e-7) << hidden.size() << forward;
        EXPECT_LE(error.parameter, 1e-7) << hidden.size() << forward;
      }
    }
}

/// The gradient of a likelihood is that of the steps of inference, along the trail that they left:
/// in double that of the inverse, whose steps are found again, in single precision the same up to
/// rounding however coarse the steps are. A net of 600 units leaves no more than the states.
TEST(ContinuousFlow, LikelihoodsHaveTheGradientOfTheirOwnSteps) {
  for (const auto& hidden : {std::vector<int>{}, {6, 5}, {600, 600}}) {
    const auto twice =
        continuous_flow(velocity_spec(4, hidden), 0.1, Precision::twice, two_conditions());
    const auto once =
        continuous_flow(velocity_spec(4, hidden), 0.1, Precision::single, two_conditions());
    const Condition condition{{1.1, -0.2}};
    const auto there = twice->flow_at(condition), there_once = once->flow_at(condition);
    const Batch x = normals(70, 3, 1.0);
    const Column weight = normals(70, 1, 1.0, 4).col(0);
    std::vector<double> grad(twice->parameters().size()), plain(grad.size()), single(grad.size());
    there->add_grad(x, weight, grad);
    there->Flow::add_grad(x, weight, plain);
    there_once->add_grad(x, weight, single);
    EXPECT_LE(largest_difference(grad, plain), 1e-12) << hidden.size();
    EXPECT_LE(largest_difference(grad, single), 1e-5) << hidden.size();
  }
}

TEST(ContinuousFlow, ErrsByOrderFourAndSaysSo) {
  const double coarse = continuous_flow(velocity_spec(8))->log_q_error();
  const double fine = continuous_flow(velocity_spec(16))->log_q_error();
  EXPECT_GT(coarse / fine, 9);
  EXPECT_LT(coarse / fine, 28);
  const auto flow = continuous_flow(velocity_spec(4));
  double off = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed)
    off = std::max(off, jacobian_error(*flow, normals(1, 3, 1.0, seed)));
  EXPECT_GT(off, 1e-6);
  EXPECT_LE(off, flow->log_q_error());
}

TEST(ContinuousFlow, TakesAsManyStepsAsItsErrorAsksFor) {
  const auto flow = continuous_flow(velocity_spec(3), 0.5, Precision::twice, two_conditions());
  EXPECT_GT(flow->log_q_error(), 1e-5);
  flow->refine(1e-5);
  EXPECT_LE(flow->log_q_error(), 1e-5);
  EXPECT_LT(flow->layers().front()->steps(), 200);
  flow->set_condition({{-0.5, 2.5}});
  EXPECT_LE(flow->log_q_error(), 1e-5);
}

TEST(ContinuousFlow, SinglePrecisionIsTheSameMap) {
  const auto a = continuous_flow(velocity_spec(6));
  const auto b = continuous_flow(velocity_spec(6), 0.5, Precision::single);
  const Batch z = normals(70, 3, 1.0);
  const Mapped x = a->forward(z), y = b->forward(z);
  EXPECT_LE((x.y - y.y).abs().maxCoeff(), 2e-5);
  EXPECT_LE((x.log_det - y.log_det).abs().maxCoeff(), 1e-4);
}

TEST(ContinuousFlow, IsReadAsItWasWritten) {
  for (const bool has_conditions : {false, true}) {
    const auto flow = continuous_flow(velocity_spec(3), 0.5, Precision::single,
                                      has_conditions ? two_conditions() : FlowConditions{});
    flow->refine(1e-3);
    const auto path = std::filesystem::temp_directory_path() / "nmc-continuous-flow.h5";
    {
      auto file = archive::File::create(path.string());
      write_model(file, *flow, "continuous_flow", {});
      file.close();
    }
    const ModelFile stored = read_model(path.string());
    std::filesystem::remove(path);
    const Draw a = flow->sample({3}, 70), b = stored.model->sample({3}, 70);
    EXPECT_TRUE((a.x == b.x).all());
    EXPECT_TRUE((a.log_q == b.log_q).all());
    EXPECT_EQ(as_layers(stored.model.get())->layers().front()->least_steps(), 3);
  }
}

TEST(ContinuousFlow, RefusesWhatHasNoOrder) {
  EXPECT_EQ(message_of([] { (void)ContinuousFlow(velocity_spec(0)); }),
            "steps = 0: a continuous flow has at least 1");
  ContinuousSpec spec = velocity_spec(1);
  spec.activation = simd::Activation::elu;
  EXPECT_EQ(message_of([&] { (void)ContinuousFlow(spec); }),
            "the slope of elu has a kink, across which steps lose their order: take tanh or "
            "softplus");
}

}  // namespace
}  // namespace nmc::contracts
