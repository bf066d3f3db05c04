#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "models/flows/autoregressive/autoregressive_layer.hpp"
#include "models/flows/autoregressive/bend_layer.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "tests/contracts/flow_contract.hpp"

namespace nmc::contracts {
namespace {

struct RegressionCase {
  std::string name;
  std::vector<Index> hidden{};
  bool has_scale_net = true;
  int sites = 5;
  int blocks = 2;
  std::vector<double> own{};  ///< of a flow with conditions
  simd::Activation activation = simd::Activation::tanh;
  bool has_bends = false;
};

AutoregressiveSpec block_of(const RegressionCase& c, bool is_inverse) {
  AutoregressiveSpec spec;
  spec.order.resize(static_cast<std::size_t>(c.sites));
  for (int t = 0; t < c.sites; ++t)
    spec.order[static_cast<std::size_t>(t)] = (2 * t + 1) % c.sites;  // odd sites: a permutation
  for (const Index width : c.hidden) spec.degrees.push_back(even_degrees(c.sites, width));
  spec.activation = c.activation;
  spec.has_scale_net = c.has_scale_net;
  spec.is_inverse = is_inverse;
  spec.conditions = static_cast<int>(c.own.size());
  return spec;
}

/// Parameters away from their start: normals of width 0.1 around it. An inverse flow has its blocks
/// backwards, so that it is the inverse of the other one with the same numbers.
BijectorFlow flow_of(const RegressionCase& c, bool is_inverse,
                     Precision precision = Precision::twice) {
  BijectorFlow::Layers layers;
  AutoregressiveSpec block = block_of(c, is_inverse);
  for (int k = 0; k < c.blocks; ++k) {
    layers.push_back(std::make_unique<AutoregressiveLayer>(block));
    if (c.has_bends) layers.push_back(std::make_unique<BendLayer>(c.sites, block.conditions));
    if (!c.has_bends || k % 2 == 1) std::ranges::reverse(block.order);
  }
  FlowConditions conditions{{}, {c.own}};
  for (std::size_t k = 0; k < c.own.size(); ++k)
    conditions.ranges.push_back({"c" + std::to_string(k), -0.5, 2.5});
  BijectorFlow flow(std::move(layers), precision, 5, std::move(conditions));
  const Batch noise = normals(1, std::ssize(flow.parameters()), 0.1, 3);
  for (std::size_t k = 0; k < flow.parameters().size(); ++k)
    flow.parameters()[k] += noise(0, static_cast<Index>(k));
  flow.parameters_changed();
  return flow;
}

class RegressionContract : public testing::TestWithParam<RegressionCase> {};

TEST_P(RegressionContract, InverseUndoesForward) {
  for (const bool is_inverse : {false, true}) {
    const BijectorFlow f = flow_of(GetParam(), is_inverse);
    const Batch z = normals(70, f.sites(), 1.0);
    EXPECT_LE(round_trip_error(f, z), 1e-12) << is_inverse;
    EXPECT_LE(antisymmetry_error(f, z), 1e-12) << is_inverse;
  }
}

TEST_P(RegressionContract, LogDetIsThatOfTheNumericalJacobian) {
  for (const bool is_inverse : {false, true}) {
    const BijectorFlow f = flow_of(GetParam(), is_inverse);
    EXPECT_LE(jacobian_error(f, normals(1, f.sites(), 1.0)), 1e-8) << is_inverse;
  }
}

TEST_P(RegressionContract, VectorJacobianProductsAreThoseOfFiniteDifferences) {
  for (const bool is_inverse : {false, true}) {
    BijectorFlow f = flow_of(GetParam(), is_inverse);
    const Batch z = normals(2, f.sites(), 1.0);
    for (const bool forward : {true, false}) {
      const GradientError error = gradient_error(f, forward ? z : f.forward(z).y, forward);
      EXPECT_LE(error.input, 1e-7) << is_inverse << forward;
      EXPECT_LE(error.parameter, 1e-7) << is_inverse << forward;
    }
  }
}

// One block: the same numbers, the directions exchanged.
TEST_P(RegressionContract, InverseFlowIsTheSameObjectInverted) {
  RegressionCase c = GetParam();
  c.blocks = 1, c.has_bends = false;
  const BijectorFlow maf = flow_of(c, false), iaf = flow_of(c, true);
  const Batch z = normals(67, maf.sites(), 1.0);
  const Mapped a = maf.inverse(z), b = iaf.forward(z);
  EXPECT_EQ((a.y - b.y).abs().maxCoeff(), 0);
  EXPECT_EQ((a.log_det - b.log_det).abs().maxCoeff(), 0);
  const Mapped back = iaf.inverse(maf.inverse(z).y);
  EXPECT_LE((back.y - z).abs().maxCoeff(), 1e-12);
}

TEST_P(RegressionContract, ChainsDoNotFeelTheirBatch) {
  const BijectorFlow f = flow_of(GetParam(), false);
  const Batch z = normals(67, f.sites(), 1.0);
  const Mapped whole = f.forward(z);
  const Batch g = f.forward_vjp(whole.y, z, Column::Ones(67), {});
  for (const Index row : {0, 63, 64, 66}) {
    const Batch one = z.middleRows(row, 1);
    const Mapped alone = f.forward(one);
    EXPECT_TRUE((alone.y.row(0) == whole.y.row(row)).all());
    EXPECT_EQ(alone.log_det(0), whole.log_det(row));
    EXPECT_TRUE((f.forward_vjp(alone.y, one, Column::Ones(1), {}).row(0) == g.row(row)).all());
  }
}

TEST_P(RegressionContract, SinglePrecisionFollowsDoubleWithinItsRounding) {
  const BijectorFlow f = flow_of(GetParam(), false);
  const BijectorFlow single = flow_of(GetParam(), false, Precision::single);
  const Batch z = normals(64, f.sites(), 1.0);
  const Mapped a = f.forward(z), b = single.forward(z);
  // Roundings of 6e-8 through a few dozen terms per token and as many tokens as there are.
  EXPECT_LE((a.y - b.y).abs().maxCoeff() / a.y.abs().maxCoeff(), 1e-4);
  EXPECT_LE((a.log_det - b.log_det).abs().maxCoeff(), 1e-4);
}

/// Straight from the formulas: no tiles, no packing, whole matrices with masks.
class PlainRegression {
 public:
  PlainRegression(const AutoregressiveLayer& layer, std::span<const double> parameters)
      : layer_(layer), p_(parameters) {}

  /// Mean and log scale of every token at one configuration in the order of the tokens.
  [[nodiscard]] Batch heads(const Eigen::VectorXd& x) const {
    Eigen::VectorXd h = x;
    const auto& places = layer_.places();
    const std::size_t depth = layer_.layout().hidden.size();
    for (std::size_t l = 0; l < depth; ++l)
      h = (matrix(layer_.shape(l), places.weights[l]) * h + numbers(places.biases[l], l))
              .array()
              .tanh();
    Eigen::VectorXd out = numbers(places.biases[depth], depth);
    if (depth > 0) out += matrix(layer_.shape(depth), places.weights[depth]) * h;
    const Eigen::VectorXd direct = matrix(layer_.layout().direct, places.direct) * x;
    const Index n = layer_.sites(), each = layer_.layout().per_token;
    Batch all(n, 2);
    for (Index t = 0; t < n; ++t) {
      all(t, 0) = out(t * each) + direct(t);
      all(t, 1) = at(places.log_scale + t);
      if (each == 2) all(t, 1) += at(places.bound + t) * std::tanh(out(t * each + 1));
    }
    return all;
  }

 private:
  [[nodiscard]] double at(Index place) const { return p_[static_cast<std::size_t>(place)]; }
  [[nodiscard]] Eigen::VectorXd numbers(Index place, std::size_t l) const {
    Eigen::VectorXd b(layer_.shape(l).outputs());
    for (Index i = 0; i < b.size(); ++i) b(i) = at(place + i);
    return b;
  }
  [[nodiscard]] Eigen::MatrixXd matrix(const MaskedShape& shape, Index place) const {
    Eigen::MatrixXd w = Eigen::MatrixXd::Zero(shape.outputs(), shape.inputs());
    for (int t = 0; t < shape.tokens(); ++t)
      for (int o = shape.out(t); o < shape.out(t + 1); ++o)
        for (int i = 0; i < shape.read(t); ++i) w(o, i) = at(place++);
    return w;
  }
  const AutoregressiveLayer& layer_;
  std::span<const double> p_;
};

class PlainRegressionContract : public RegressionContract {};

TEST_P(PlainRegressionContract, TokensHaveTheMeansAndScalesOfTheFormulas) {
  RegressionCase c = GetParam();
  c.blocks = 1;
  const BijectorFlow f = flow_of(c, false);
  const auto& layer = static_cast<const AutoregressiveLayer&>(*f.layers()[0]);
  const Batch x = normals(3, f.sites(), 1.0);
  const Mapped z = f.inverse(x);
  for (Index row = 0; row < 3; ++row) {
    Eigen::VectorXd tokens(f.sites());
    for (Index t = 0; t < f.sites(); ++t)
      tokens(t) = x(row, layer.spec().order[static_cast<std::size_t>(t)]);
    const Batch heads = PlainRegression(layer, f.parameters()).heads(tokens);
    for (Index t = 0; t < f.sites(); ++t)
      EXPECT_NEAR(z.y(row, layer.spec().order[static_cast<std::size_t>(t)]),
                  (tokens(t) - heads(t, 0)) * std::exp(-heads(t, 1)), 1e-12);
    EXPECT_NEAR(z.log_det(row), -heads.col(1).sum(), 1e-12);
  }
}

/// Without conditions, activation tanh.
std::vector<RegressionCase> plain_cases() {
  return {{"Linear", {}, false},          {"OneLayer", {10}},
          {"SiteScales", {7}, false},     {"FewerUnitsThanSites", {2, 3}, true, 7},
          {"Deep", {13, 30, 11}},         {"Wide", {150, 90}, true, 33, 1},
          {"ThreeSites", {3}, true, 3, 1}};
}

std::vector<RegressionCase> other_cases() {
  return {{"Kinked", {12, 9}, true, 5, 2, {}, simd::Activation::elu},
          {"Conditional", {9}, true, 5, 2, {0.3, 1.9}},
          {"ConditionalLinear", {}, false, 5, 1, {2.5}},
          {"Bent", {9}, true, 5, 3, {}, simd::Activation::tanh, true},
          {"ConditionalBent", {9}, true, 5, 2, {1.5}, simd::Activation::elu, true}};
}

const auto kName = [](const auto& info) { return info.param.name; };
INSTANTIATE_TEST_SUITE_P(Plain, RegressionContract, testing::ValuesIn(plain_cases()), kName);
INSTANTIATE_TEST_SUITE_P(Other, RegressionContract, testing::ValuesIn(other_cases()), kName);
INSTANTIATE_TEST_SUITE_P(All, PlainRegressionContract, testing::ValuesIn(plain_cases()), kName);

TEST(Bends, GoThereAndBackFarOut) {
  BijectorFlow::Layers layers;
  layers.push_back(std::make_unique<BendLayer>(4));
  BijectorFlow flow(std::move(layers), Precision::twice, 1);
  for (const double kappa : {2.5, 0.6, 0.0, -0.6, -2.5}) {
    std::ranges::fill(flow.parameters().first(4), kappa);
    flow.parameters_changed();
    for (const double sigma : {1.0, 30.0, 1e4}) {
      const Batch z = normals(70, 4, sigma);
      EXPECT_LE(round_trip_error(flow, z), 1e-12) << kappa << " " << sigma;
      EXPECT_LE(antisymmetry_error(flow, z), 1e-12) << kappa << " " << sigma;
    }
    EXPECT_LE(jacobian_error(flow, normals(1, 4, 1.0)), 1e-8);
  }
}

// Eq. 20 of the notes with its constant put right: x = 0.7, mean 0.2, sigma = 2 on every site.
TEST(LinearRegression, HasTheDensityOfAGaussian) {
  AutoregressiveSpec spec;
  spec.order = {1, 0};
  spec.has_scale_net = false;
  BijectorFlow::Layers layers;
  layers.push_back(std::make_unique<AutoregressiveLayer>(spec));
  BijectorFlow flow(std::move(layers), Precision::twice, 1);
  const auto& places = static_cast<const AutoregressiveLayer&>(*flow.layers()[0]).places();
  for (Index t = 0; t < 2; ++t) {
    flow.parameters()[static_cast<std::size_t>(places.biases[0] + t)] = 0.2;
    flow.parameters()[static_cast<std::size_t>(places.log_scale + t)] = std::log(2.0);
  }
  flow.parameters_changed();
  EXPECT_NEAR(flow.log_prob(Batch::Constant(1, 2, 0.7))(0), 2 * -1.643335713764618, 1e-12);
}

}  // namespace
}  // namespace nmc::contracts
