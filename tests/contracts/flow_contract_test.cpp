#include "tests/contracts/flow_contract.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "models/flows/conv/conv_layout.hpp"
#include "models/flows/conv/glow_layout.hpp"
#include "models/flows/coupling/mera.hpp"
#include "models/flows/linear/elementary.hpp"
#include "models/flows/linear/free_field.hpp"

namespace nmc::contracts {
namespace {

using Layers = BijectorFlow::Layers;

std::unique_ptr<CouplingLayer> coupling(bool affine, simd::Activation activation,
                                        int conditions = 0) {
  CouplingSpec spec;
  spec.sites = 6;
  spec.patches = {{0, 2, 5}, {4, 1, 3}};
  spec.masks = {{1, 0, 0}, {0, 1, 1}, {1, 1, 0}, {0, 0, 1}};
  spec.hidden = {7, 3};
  spec.activation = activation;
  spec.is_affine = affine;
  spec.conditions = conditions;
  return std::make_unique<CouplingLayer>(spec);
}

template <class L, class... Args>
Layers one(Args&&... args) {
  Layers layers;
  layers.push_back(std::make_unique<L>(std::forward<Args>(args)...));
  return layers;
}

Layers only(std::unique_ptr<Bijector> layer) {
  Layers layers;
  layers.push_back(std::move(layer));
  return layers;
}

Layers mixed_layers(int conditions = 0) {
  Layers layers = only(std::make_unique<ScalingLayer>(6, conditions));
  layers.push_back(coupling(true, simd::Activation::elu, conditions));
  layers.push_back(std::make_unique<PermutationLayer>(std::vector<int>{3, 0, 5, 1, 4, 2}));
  layers.push_back(std::make_unique<FreeFieldLayer>(std::vector<Index>{3, 2}, conditions));
  layers.push_back(coupling(false, simd::Activation::softplus, conditions));
  return layers;
}

Layers rg(int L, int dim, RgLayout layout, int repeat = 1, int conditions = 0) {
  NeuralRgSpec spec;
  spec.conditions = conditions;
  spec.L = L;
  spec.dim = dim;
  spec.layout = layout;
  spec.repeat = repeat;
  spec.depth = layout == RgLayout::disentangler ? 2 : 0;
  spec.couplings = 4;
  spec.hidden = {5, 5};
  return neural_rg_layers(spec);
}

/// Additive couplings without a hidden layer: a linear map of determinant 1.
Layers linear_rg() {
  NeuralRgSpec spec;
  spec.L = 4;
  spec.repeat = 2;
  spec.couplings = 4;
  spec.hidden = {};
  spec.is_affine = false;
  return neural_rg_layers(spec);
}

/// Lattices small enough for differences; a condition is on the slope of every weight.
Layers conv(const std::vector<Index>& extents, ConvNetSpec net, bool is_isotropic,
            int conditions = 0) {
  ConvSpec spec;
  spec.extents = extents;
  spec.is_isotropic = is_isotropic;
  spec.net = std::move(net);
  spec.conditions = conditions;
  return conv_layers(spec, 3);
}

/// Two levels, whose coarse cells are narrower than the kernels.
Layers glow(const std::vector<Index>& extents, ConvNetSpec net, int conditions = 0) {
  GlowSpec spec;
  spec.extents = extents;
  spec.levels = 2;
  spec.steps = 2;
  spec.net = std::move(net);
  spec.conditions = conditions;
  return glow_layers(spec, 9);
}

struct FlowCase {
  std::string name;
  std::function<Layers()> make;
  Condition own{};  ///< of a flow with conditions

  [[nodiscard]] FlowConditions conditions() const {
    FlowConditions all{{}, own};
    for (std::size_t k = 0; k < own.values.size(); ++k)
      all.ranges.push_back({"c" + std::to_string(k), -0.5, 2.5});
    return all;
  }
};

/// Flows with conditions at both ends of their ranges and between.
std::vector<FlowCase> conditional_cases() {
  std::vector<FlowCase> cases;
  const std::vector<std::pair<std::string, std::vector<double>>> places{
      {"Least", {-0.5, -0.5}}, {"Between", {0.3, 1.9}}, {"Most", {2.5, 2.5}}};
  for (const auto& [place, two] : places) {
    const std::vector<double> one_number{two.front()};
    cases.push_back({"ConditionalAffine" + place,
                     [] { return only(coupling(true, simd::Activation::tanh, 2)); },
                     {two}});
    cases.push_back({"ConditionalAdditive" + place,
                     [] { return only(coupling(false, simd::Activation::elu, 1)); },
                     {one_number}});
    cases.push_back({"ConditionalScaling" + place, [] { return one<ScalingLayer>(5, 2); }, {two}});
    cases.push_back({"ConditionalFreeField" + place,
                     [] {
                       return one<FreeFieldLayer>(std::vector<Index>{4, 3}, 1);
                     },
                     {one_number}});
    cases.push_back({"ConditionalConv" + place,
                     [] {
                       return conv({4, 4}, {{3, 2}, simd::Activation::tanh, {}, true}, true, 2);
                     },
                     {two}});
    cases.push_back({"ConditionalGlow" + place,
                     [] {
                       return glow({4, 4}, {{3, 2}, simd::Activation::tanh, {}, true}, 2);
                     },
                     {two}});
    cases.push_back({"ConditionalComposition" + place, [] { return mixed_layers(2); }, {two}});
  }
  cases.push_back({"ConditionalMera", [] { return rg(4, 2, RgLayout::mera, 1, 1); }, {{1.9}}});
  return cases;
}

class FlowContract : public testing::TestWithParam<FlowCase> {
 protected:
  /// Parameters away from their start: normals of width 0.1 around it.
  static BijectorFlow flow() {
    BijectorFlow f(GetParam().make(), Precision::twice, 5, GetParam().conditions());
    Batch noise = normals(1, std::max<Index>(1, std::ssize(f.parameters())), 0.1, 3);
    for (std::size_t k = 0; k < f.parameters().size(); ++k)
      f.parameters()[k] += noise(0, static_cast<Index>(k));
    f.parameters_changed();
    return f;
  }
};

TEST_P(FlowContract, InverseUndoesForwardAtOrdinaryPointsAndThirtySigmaOut) {
  const auto f = flow();
  for (const double sigma : {1.0, 30.0}) {
    const Batch z = normals(70, f.sites(), sigma);
    EXPECT_LE(round_trip_error(f, z), 1e-12) << "sigma " << sigma;
    EXPECT_LE(antisymmetry_error(f, z), 1e-12) << "sigma " << sigma;
  }
}

TEST_P(FlowContract, LogDetIsThatOfTheNumericalJacobian) {
  const auto f = flow();
  EXPECT_LE(jacobian_error(f, normals(1, f.sites(), 1.0)), 1e-8);
  EXPECT_LE(jacobian_error(f, normals(1, f.sites(), 30.0)), 1e-8);
}

TEST_P(FlowContract, VectorJacobianProductsAreThoseOfFiniteDifferences) {
  auto f = flow();
  for (const double sigma : {1.0, 30.0}) {
    const Batch z = normals(2, f.sites(), sigma);
    const GradientError forward = gradient_error(f, z, true);
    EXPECT_LE(forward.input, 1e-7) << "sigma " << sigma;
    EXPECT_LE(forward.parameter, 1e-7) << "sigma " << sigma;
    const GradientError inverse = gradient_error(f, f.forward(z).y, false);
    EXPECT_LE(inverse.input, 1e-7) << "sigma " << sigma;
    EXPECT_LE(inverse.parameter, 1e-7) << "sigma " << sigma;
  }
}

TEST_P(FlowContract, ChainsDoNotFeelTheirBatch) {
  const auto f = flow();
  const Batch z = normals(67, f.sites(), 1.0);
  const Mapped whole = f.forward(z);
  const Batch g = f.forward_vjp(whole.y, z, Column::Ones(67), {});
  for (const Index row : {0, 1, 63, 64, 66}) {
    const Mapped alone = f.forward(z.middleRows(row, 1).eval());
    EXPECT_TRUE((alone.y.row(0) == whole.y.row(row)).all());
    EXPECT_EQ(alone.log_det(0), whole.log_det(row));
    const Batch g_alone = f.forward_vjp(alone.y, z.middleRows(row, 1).eval(), Column::Ones(1), {});
    EXPECT_TRUE((g_alone.row(0) == g.row(row)).all());
  }
}

TEST_P(FlowContract, SinglePrecisionFollowsDoubleWithinItsRounding) {
  const auto f = flow();
  BijectorFlow single(GetParam().make(), Precision::single, 5, GetParam().conditions());
  std::copy(f.parameters().begin(), f.parameters().end(), single.parameters().begin());
  single.parameters_changed();
  const Batch z = normals(64, f.sites(), 1.0);
  const Mapped a = f.forward(z), b = single.forward(z);
  // Roundings of 6e-8 through at most 40 couplings, each able to stretch by a small factor.
  EXPECT_LE((a.y - b.y).abs().maxCoeff() / a.y.abs().maxCoeff(), 2e-4);
  EXPECT_LE((a.log_det - b.log_det).abs().maxCoeff(), 1e-3);
}

INSTANTIATE_TEST_SUITE_P(
    All, FlowContract,
    testing::Values(
        FlowCase{"Affine", [] { return only(coupling(true, simd::Activation::elu)); }},
        FlowCase{"AffineTanh", [] { return only(coupling(true, simd::Activation::tanh)); }},
        FlowCase{"Additive", [] { return only(coupling(false, simd::Activation::softplus)); }},
        FlowCase{"Permutation",
                 [] {
                   return one<PermutationLayer>(std::vector<int>{2, 0, 3, 1});
                 }},
        FlowCase{"Scaling", [] { return one<ScalingLayer>(5); }},
        FlowCase{"FreeField1d", [] { return one<FreeFieldLayer>(std::vector<Index>{6}); }},
        FlowCase{"FreeField2d",
                 [] {
                   return one<FreeFieldLayer>(std::vector<Index>{4, 3});
                 }},
        FlowCase{"Composition", [] { return mixed_layers(); }},
        FlowCase{"Conv",
                 [] {
                   return conv({4, 4}, {{6, 7}, simd::Activation::elu}, false);
                 }},
        FlowCase{"ConvOdd",
                 [] {
                   return conv({4, 6}, {{3}, simd::Activation::tanh, {}, true}, false);
                 }},
        FlowCase{"ConvIsotropic3d",
                 [] {
                   return conv({4, 4, 4}, {{2, 3}, simd::Activation::tanh, {}, true}, true);
                 }},
        FlowCase{
            "ConvAdditive1d",
            [] {
              return conv({8}, {{4, 3, 2}, simd::Activation::softplus, ConvMap::additive}, false);
            }},
        FlowCase{"Glow1d",
                 [] {
                   return glow({12}, {{4, 3}, simd::Activation::softplus, ConvMap::additive});
                 }},
        FlowCase{"Glow2d",
                 [] {
                   return glow({4, 8}, {{5, 6}, simd::Activation::elu});
                 }},
        FlowCase{"GlowOdd3d",
                 [] {
                   return glow({4, 4, 4}, {{3}, simd::Activation::tanh, {}, true});
                 }},
        FlowCase{"Mera1d", [] { return rg(8, 1, RgLayout::mera); }},
        FlowCase{"Mera2d", [] { return rg(4, 2, RgLayout::mera); }},
        FlowCase{"LinearNets", [] { return linear_rg(); }},
        FlowCase{"MeraRepeated", [] { return rg(4, 2, RgLayout::mera, 2); }},
        FlowCase{"Decimator", [] { return rg(4, 2, RgLayout::decimator); }},
        FlowCase{"Disentangler", [] { return rg(4, 2, RgLayout::disentangler); }}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(Conditional, FlowContract, testing::ValuesIn(conditional_cases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace nmc::contracts
