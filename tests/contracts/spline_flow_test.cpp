#include <gtest/gtest.h>

#include <filesystem>
#include <utility>

#include "core/archive/file.hpp"
#include "models/file/model_file.hpp"
#include "models/flows/coupling/coupling.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "models/flows/spline/spline_coupling.hpp"
#include "tests/contracts/flow_contract.hpp"
#include "tests/support/message_of.hpp"

/// Couplings by splines of the line: bijections with linear tails, their products and files.
namespace nmc::contracts {
namespace {

struct SplineCase {
  const char* name;
  int bins;
  double bound;
  std::vector<double> own{};  ///< a condition, of a flow with conditions
};

SplineSpec spline_spec(const SplineCase& of, std::vector<int> moved) {
  SplineSpec spec;
  spec.sites = 5;
  spec.bins = of.bins;
  spec.bound = of.bound;
  spec.moved = std::move(moved);
  spec.hidden = {7, 4};
  spec.activation = simd::Activation::tanh;
  spec.conditions = static_cast<int>(of.own.size());
  return spec;
}

/// Three couplings away from their start, where all splines are nearly the identity.
std::unique_ptr<BijectorFlow> moved_flow_of(const SplineCase& of) {
  BijectorFlow::Layers layers;
  for (const std::vector<int>& moved :
       {std::vector<int>{1, 3}, std::vector<int>{4, 0, 2}, std::vector<int>{3, 1}})
    layers.push_back(std::make_unique<SplineCoupling>(spline_spec(of, moved)));
  FlowConditions conditions{{}, {of.own}};
  for (std::size_t k = 0; k < of.own.size(); ++k)
    conditions.ranges.push_back({"c" + std::to_string(k), -0.5, 2.5});
  auto flow = std::make_unique<BijectorFlow>(std::move(layers), Precision::twice, 5, conditions);
  const Batch noise = normals(1, std::ssize(flow->parameters()), 0.4, 3);
  for (std::size_t k = 0; k < flow->parameters().size(); ++k)
    flow->parameters()[k] += noise(0, static_cast<Index>(k));
  flow->parameters_changed();
  return flow;
}

class SplineFlow : public testing::TestWithParam<SplineCase> {};

/// Within the bound, on both sides of it, and far out.
TEST_P(SplineFlow, InverseUndoesForward) {
  const auto flow = moved_flow_of(GetParam());
  for (const double sigma : {0.5, 2.0, 30.0}) {
    const Batch z = normals(140, 5, sigma);
    EXPECT_LE(round_trip_error(*flow, z), 1e-12) << sigma;
    EXPECT_LE(antisymmetry_error(*flow, z), 1e-12) << sigma;
  }
  const Batch z = normals(140, 5, 1);
  EXPECT_GT((flow->forward(z).y - z).abs().maxCoeff(), 0.1);
}

TEST_P(SplineFlow, LogDetIsThatOfTheNumericalJacobian) {
  const auto flow = moved_flow_of(GetParam());
  for (const std::uint64_t seed : {1, 2, 3})
    EXPECT_LE(jacobian_error(*flow, normals(1, 5, 1.5, seed)), 1e-8);
}

TEST_P(SplineFlow, VectorJacobianProductsAreThoseOfFiniteDifferences) {
  const auto flow = moved_flow_of(GetParam());
  for (const double sigma : {0.7, 2.5}) {
    const Batch z = normals(3, 5, sigma);
    const GradientError forward = gradient_error(*flow, z, true);
    EXPECT_LE(forward.input, 1e-7) << sigma;
    EXPECT_LE(forward.parameter, 1e-7) << sigma;
    const GradientError inverse = gradient_error(*flow, flow->forward(z).y, false);
    EXPECT_LE(inverse.input, 1e-7) << sigma;
    EXPECT_LE(inverse.parameter, 1e-7) << sigma;
  }
}

TEST_P(SplineFlow, ChainsDoNotFeelTheirBatch) {
  const auto flow = moved_flow_of(GetParam());
  const Batch z = normals(67, 5, 1.5);
  const Mapped whole = flow->forward(z);
  for (const Index row : {0, 1, 63, 64, 66}) {
    const Mapped alone = flow->forward(z.middleRows(row, 1).eval());
    EXPECT_TRUE((alone.y.row(0) == whole.y.row(row)).all());
    EXPECT_EQ(alone.log_det(0), whole.log_det(row));
  }
}

TEST_P(SplineFlow, KeepsItsBitsThroughAFile) {
  const auto flow = moved_flow_of(GetParam());
  const auto path =
      std::filesystem::temp_directory_path() / ("nmc-spline-" + std::string(GetParam().name));
  {
    auto file = archive::File::create(path.string());
    write_model(file, *flow, "neural_spline", {});
    file.close();
  }
  const ModelFile read = read_model(path.string());
  std::filesystem::remove(path);
  const Batch x = normals(9, 5, 2.0);
  EXPECT_TRUE((read.model->log_prob(x) == flow->log_prob(x)).all());
}

INSTANTIATE_TEST_SUITE_P(All, SplineFlow,
                         testing::Values(SplineCase{"TwoBins", 2, 3}, SplineCase{"EightBins", 8, 2},
                                         SplineCase{"Conditional", 5, 3, {0.3, 1.9}}),
                         [](const auto& info) { return info.param.name; });

/// Map and slope are continuous where the spline ends, and outside the identity.
TEST(SplineCoupling, HasLinearTails) {
  const SplineCase of{"", 4, 2};
  const auto flow = moved_flow_of(of);
  Batch z = normals(64, 5, 0.5);
  z.col(1) = 2 - 1e-9;
  z.col(3) = -2 + 1e-9;
  const Mapped inside = flow->forward(z);
  z.col(1) = 2;
  z.col(3) = -2;
  const Mapped outside = flow->forward(z);
  EXPECT_LE((inside.y - outside.y).abs().maxCoeff(), 1e-7);
  EXPECT_LE((inside.log_det - outside.log_det).abs().maxCoeff(), 1e-6);
  EXPECT_TRUE((outside.y.col(1) == 2).all() && (outside.y.col(3) == -2).all());
  const Batch far = Batch::Constant(3, 5, 2.5);
  EXPECT_TRUE((flow->forward(far).y == far).all());
  EXPECT_TRUE((flow->forward(far).log_det == 0).all());
}

TEST(SplineCoupling, NetsInSinglePrecisionFollowTheirRounding) {
  SplineSpec spec = spline_spec({"", 8, 3}, {0, 2});
  BijectorFlow::Layers twice, single;
  twice.push_back(std::make_unique<SplineCoupling>(spec));
  spec.precision = Precision::single;
  single.push_back(std::make_unique<SplineCoupling>(spec));
  const BijectorFlow a(std::move(twice), Precision::twice, 5);
  const BijectorFlow b(std::move(single), Precision::twice, 5);
  const Batch z = normals(64, 5, 1.0);
  EXPECT_LE((a.forward(z).y - b.forward(z).y).abs().maxCoeff(), 1e-5);
  // What the splines do is exact whatever the nets' precision is.
  EXPECT_LE(round_trip_error(b, z), 1e-12);
  EXPECT_LE(antisymmetry_error(b, z), 1e-12);
}

TEST(SplineCoupling, RefusesWhatDoesNotFit) {
  const SplineCase good{"", 8, 3};
  const auto refused = [&](auto change) {
    SplineSpec spec = spline_spec(good, {0, 2});
    change(spec);
    return message_of([&] { (void)SplineCoupling(spec); });
  };
  EXPECT_NE(refused([](SplineSpec& s) { s.bins = 1; }).find("2 to 64"), std::string::npos);
  EXPECT_NE(refused([](SplineSpec& s) { s.bound = 0; }).find("above 0"), std::string::npos);
  EXPECT_EQ(refused([](SplineSpec& s) { s.moved = {0, 0}; }), "site 0 is moved twice");
  EXPECT_NE(refused([](SplineSpec& s) { s.moved = {7}; }).find("site 7"), std::string::npos);
  EXPECT_NE(refused([](SplineSpec& s) { s.moved = {}; }).find("at least one"), std::string::npos);
  EXPECT_NE(refused([](SplineSpec& s) { s.hidden = {}; }).find("hidden"), std::string::npos);
}

}  // namespace
}  // namespace nmc::contracts
