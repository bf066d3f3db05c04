#include "models/training/flow_matching.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/optimise/adam.hpp"
#include "models/flows/continuous/continuous_flow.hpp"
#include "models/flows/linear/elementary.hpp"
#include "tests/contracts/flow_contract.hpp"
#include "tests/support/message_of.hpp"

namespace nmc {
namespace {

using contracts::normals;

BijectorFlow matched_flow(std::vector<int> hidden, simd::Activation activation,
                          Precision precision = Precision::twice, FlowConditions conditions = {}) {
  ContinuousSpec spec;
  spec.sites = 3;
  spec.hidden = std::move(hidden);
  spec.activation = activation;
  spec.conditions = static_cast<int>(conditions.ranges.size());
  BijectorFlow::Layers layers;
  layers.push_back(std::make_unique<ContinuousFlow>(std::move(spec)));
  return {std::move(layers), precision, 5, std::move(conditions)};
}

/// The square of what the net misses, written as (7) of the page on flows.
double plain_mismatch(const BijectorFlow& flow, const SoughtVelocity& sought, Index row,
                      simd::Activation activation) {
  std::vector<double> h(3);
  for (Index i = 0; i < 3; ++i) h[static_cast<std::size_t>(i)] = sought.x(row, i);
  const auto& layer = dynamic_cast<const ContinuousFlow&>(*flow.layers().front());
  const double* p = flow.parameters().data();
  for (const ContinuousFlow::Place& place : layer.places()) {
    std::vector<double> out;
    for (int o = 0; o < place.outputs; ++o) {
      double sum = p[place.bias + o] + sought.time(row) * p[place.time + o];
      for (int i = 0; i < place.inputs; ++i)
        sum += p[place.weight + o * place.inputs + i] * h[static_cast<std::size_t>(i)];
      const bool is_last = &place == &layer.places().back();
      out.push_back(is_last                                ? sum
                    : activation == simd::Activation::tanh ? std::tanh(sum)
                                                           : std::log1p(std::exp(sum)));
    }
    h = out;
  }
  double square = 0;
  for (Index i = 0; i < 3; ++i)
    square += std::pow(h[static_cast<std::size_t>(i)] - sought.velocity(row, i), 2);
  return square;
}

struct MatchCase {
  std::vector<int> hidden;
  simd::Activation activation;
};
const MatchCase kMatchCases[] = {{{}, simd::Activation::tanh},
                                 {{7}, simd::Activation::softplus},
                                 {{6, 5, 4}, simd::Activation::tanh}};

TEST(VelocityField, MissesWhatTheNetWrittenOutMisses) {
  const Batch x = normals(70, 3, 1.0, 1), velocity = normals(70, 3, 1.0, 2);
  const Column time = normals(70, 1, 0.3, 3).col(0).abs();
  for (const MatchCase& of : kMatchCases) {
    const BijectorFlow flow = matched_flow(of.hidden, of.activation);
    const SoughtVelocity sought{x, time, velocity};
    const Column loss =
        flow.layers().front()->velocity()->mismatch(sought, Precision::twice, 0, {});
    const Column single =
        flow.layers().front()->velocity()->mismatch(sought, Precision::single, 0, {});
    for (Index row = 0; row < 70; ++row) {
      EXPECT_NEAR(loss(row), plain_mismatch(flow, sought, row, of.activation), 1e-12 * loss(row));
      EXPECT_NEAR(single(row), loss(row), 1e-5 * (1 + loss(row)));
    }
  }
}

TEST(FlowMatching, HasTheGradientOfItsLoss) {
  for (const MatchCase& of : kMatchCases) {
    BijectorFlow flow = matched_flow(of.hidden, of.activation);
    DataSet data(normals(200, 3, 2.0, 9));
    const FlowMatching objective(flow, data);
    const BatchPart part{{3, 0, 0, Purpose::train}, 70, 140};
    std::vector<double> grad(flow.parameters().size());
    (void)objective.evaluate(part, grad);
    const auto loss = [&](std::size_t k, double by) {
      const double before = flow.parameters()[k];
      flow.parameters()[k] = before + by;
      flow.parameters_changed();
      const double sum = objective.evaluate(part, {}).sum();
      flow.parameters()[k] = before;
      flow.parameters_changed();
      return sum;
    };
    double largest = 0;
    for (const double g : grad) largest = std::max(largest, std::abs(g));
    for (std::size_t k = 0; k < grad.size(); ++k) {
      constexpr double kStep = 1e-4;  // the loss is a square: rounding 1e-12, the rest h²
      const double slope =
          (8 * (loss(k, kStep) - loss(k, -kStep)) - (loss(k, 2 * kStep) - loss(k, -2 * kStep))) /
          (12 * kStep);
      EXPECT_NEAR(grad[k], slope, 1e-7 * largest) << k;
    }
  }
}

TEST(FlowMatching, HasTheSameRowsHoweverTheBatchIsCut) {
  const BijectorFlow flow = matched_flow({6}, simd::Activation::tanh, Precision::single);
  DataSet data(normals(200, 3, 2.0, 9));
  const FlowMatching objective(flow, data);
  const Streams streams{3, 5, 0, Purpose::train};
  const Batch whole = objective.evaluate({streams, 130, 130}, {});
  const Batch last = objective.evaluate({streams.from_chain(64), 66, 130}, {});
  EXPECT_TRUE((whole.bottomRows(66) == last).all());
}

/// Normals of width 2 around 1: the flow that matches their velocity is them.
TEST(FlowMatching, CarriesNormalsToTheData) {
  BijectorFlow flow = matched_flow({16, 16}, simd::Activation::tanh);
  DataSet data(1 + normals(4000, 3, 2.0, 9));
  FlowMatching objective(flow, data);
  Adam adam(static_cast<Index>(flow.parameters().size()), {});
  const auto nll = [&] { return -flow.log_prob(1 + normals(2000, 3, 2.0, 11)).mean(); };
  const double before = nll();
  for (std::uint64_t step = 0; step < 1500; ++step) {
    std::vector<double> grad(flow.parameters().size());
    (void)objective.evaluate({{3, step, 0, Purpose::train}, 128, 128}, grad);
    for (double& g : grad) g /= 128;
    adam.step(flow.parameters(), grad, 0.01);
    flow.parameters_changed();
  }
  const double entropy = 3 * (0.5 * std::log(2 * std::numbers::pi) + 0.5 + std::log(2.0));
  EXPECT_GT(before, entropy + 1);
  EXPECT_LT(nll(), entropy + 0.1);
}

TEST(FlowMatching, IsForOneVelocityOfOneTarget) {
  DataSet data(normals(20, 3, 2.0, 9));
  const auto message = [&](const Trainable& model) {
    return message_of([&] { const FlowMatching objective(model, data); });
  };
  BijectorFlow::Layers layers;
  layers.push_back(std::make_unique<ScalingLayer>(3));
  const BijectorFlow scaling(std::move(layers), Precision::twice, 1);
  const BijectorFlow conditional =
      matched_flow({3}, simd::Activation::tanh, Precision::twice, {{{"c", 0, 1}}, {{0.5}}});
  for (const Trainable* model :
       {static_cast<const Trainable*>(&scaling), static_cast<const Trainable*>(&conditional)})
    EXPECT_EQ(message(*model),
              "flow matching trains the velocity of a continuous_flow that is one network of one "
              "target: take that model, or objective = forward");
  DataSet other(normals(20, 4, 2.0, 9));
  const BijectorFlow flow = matched_flow({3}, simd::Activation::tanh);
  EXPECT_EQ(message_of([&] { const FlowMatching objective(flow, other); }),
            "the model has 3 sites, the data set has 4");
}

}  // namespace
}  // namespace nmc
