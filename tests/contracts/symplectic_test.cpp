#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <utility>

#include "core/archive/file.hpp"
#include "models/file/model_file.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "models/flows/symplectic/kick.hpp"
#include "models/flows/symplectic/oscillators.hpp"
#include "models/flows/symplectic/point_transform.hpp"
#include "models/flows/symplectic/rotation.hpp"
#include "tests/contracts/flow_contract.hpp"
#include "tests/support/message_of.hpp"

/// Canonical transformations: symplectic to rounding, bijections, their products and files.
namespace nmc::contracts {
namespace {

constexpr Index kPairs = 3;

struct CanonicalCase {
  const char* name;
  bool is_odd;
  std::vector<double> own{};  ///< a condition, of a flow with conditions
};

/// A linear map, kick, drift and kick away from where they start, after oscillators or alone.
std::unique_ptr<BijectorFlow> canonical_flow(const CanonicalCase& of, bool has_oscillators) {
  const Index inputs = std::ssize(of.own);
  BijectorFlow::Layers layers;
  if (has_oscillators) layers.push_back(std::make_unique<OscillatorLayer>(2 * kPairs, inputs));
  layers.push_back(std::make_unique<PointTransform>(2 * kPairs, inputs));
  layers.push_back(std::make_unique<RotationLayer>(2 * kPairs, inputs));
  KickSpec kick;
  kick.sites = 2 * kPairs;
  kick.hidden = 7;
  kick.is_odd = of.is_odd;
  kick.conditions = static_cast<int>(inputs);
  for (const bool is_drift : {false, true, false}) {
    kick.is_drift = is_drift;
    layers.push_back(std::make_unique<KickLayer>(kick));
  }
  FlowConditions conditions{{}, {of.own}};
  for (std::size_t k = 0; k < of.own.size(); ++k)
    conditions.ranges.push_back({"c" + std::to_string(k), -0.5, 2.5});
  auto flow = std::make_unique<BijectorFlow>(std::move(layers), Precision::twice, 5, conditions);
  const Batch noise = normals(1, std::ssize(flow->parameters()), 0.3, 3);
  for (std::size_t k = 0; k < flow->parameters().size(); ++k)
    flow->parameters()[k] += noise(0, static_cast<Index>(k));
  flow->parameters_changed();
  return flow;
}

class CanonicalFlow : public testing::TestWithParam<CanonicalCase> {};

/// MᵀJM = J with M by vector-Jacobian products, which have no error of differences.
TEST_P(CanonicalFlow, IsSymplecticBothWays) {
  const auto flow = canonical_flow(GetParam(), false);
  const Index n = 2 * kPairs;
  Eigen::MatrixXd J = Eigen::MatrixXd::Zero(n, n);
  J.topRightCorner(kPairs, kPairs).setIdentity();
  J.bottomLeftCorner(kPairs, kPairs) = -Eigen::MatrixXd::Identity(kPairs, kPairs);
  const Batch unit = Eigen::MatrixXd::Identity(n, n).array();
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Batch z = normals(1, n, 1.5, seed).replicate(n, 1);
    const Mapped x = flow->forward(z);
    EXPECT_EQ(x.log_det.abs().maxCoeff(), 0);
    const Eigen::MatrixXd M = flow->forward_vjp(x.y, unit, Column::Zero(n), {}).matrix();
    const double scale = std::max(1.0, M.squaredNorm());
    EXPECT_LE((M.transpose() * J * M - J).cwiseAbs().maxCoeff() / scale, 1e-12);
    EXPECT_GT((M - Eigen::MatrixXd::Identity(n, n)).norm(), 0.5);
    const Eigen::MatrixXd inverse = flow->inverse_vjp(z, unit, Column::Zero(n), {}).matrix();
    EXPECT_LE((inverse.transpose() * J * inverse - J).cwiseAbs().maxCoeff() / scale, 1e-12);
    EXPECT_LE((inverse * M - Eigen::MatrixXd::Identity(n, n)).cwiseAbs().maxCoeff(), 1e-11);
  }
}

TEST_P(CanonicalFlow, InverseUndoesForward) {
  const auto flow = canonical_flow(GetParam(), true);
  for (const double sigma : {1.0, 30.0}) {
    const Batch z = normals(140, 2 * kPairs, sigma);
    EXPECT_LE(round_trip_error(*flow, z), 1e-12) << sigma;
    EXPECT_LE(antisymmetry_error(*flow, z), 1e-12) << sigma;
  }
  EXPECT_LE(jacobian_error(*flow, normals(1, 2 * kPairs, 1)), 1e-8);
}

TEST_P(CanonicalFlow, VectorJacobianProductsAreThoseOfFiniteDifferences) {
  const auto flow = canonical_flow(GetParam(), true);
  const Batch z = normals(3, 2 * kPairs, 1.0);
  for (const bool forward : {true, false}) {
    const GradientError error = gradient_error(*flow, forward ? z : flow->forward(z).y, forward);
    EXPECT_LE(error.input, 1e-7) << forward;
    EXPECT_LE(error.parameter, 1e-7) << forward;
  }
}

TEST_P(CanonicalFlow, KeepsItsBitsThroughAFile) {
  const auto flow = canonical_flow(GetParam(), true);
  const auto path =
      std::filesystem::temp_directory_path() / ("nmc-canonical-" + std::string(GetParam().name));
  {
    auto file = archive::File::create(path.string());
    write_model(file, *flow, "symplectic", {});
    file.close();
  }
  const ModelFile read = read_model(path.string());
  std::filesystem::remove(path);
  const Batch x = normals(9, 2 * kPairs, 2.0);
  EXPECT_TRUE((read.model->log_prob(x) == flow->log_prob(x)).all());
}

TEST_P(CanonicalFlow, IsOddWhereItSaysSo) {
  const auto flow = canonical_flow(GetParam(), true);
  const Batch z = normals(70, 2 * kPairs, 1.0);
  const Mapped plus = flow->forward(z), minus = flow->forward(-z);
  EXPECT_EQ((minus.y == -plus.y).all(), GetParam().is_odd);
}

INSTANTIATE_TEST_SUITE_P(All, CanonicalFlow,
                         testing::Values(CanonicalCase{"Plain", false}, CanonicalCase{"Odd", true},
                                         CanonicalCase{"Conditional", false, {0.3, 1.9}}),
                         [](const auto& info) { return info.param.name; });

TEST(CanonicalFlow, SaysTheFrequenciesOfItsOscillators) {
  OscillatorLayer layer(4, 1);
  layer.load(std::vector<double>{std::log(2.0), 0, 0, std::log(3.0)});
  const double x = -1;
  EXPECT_NEAR(layer.frequencies(&x)[0], 2, 1e-15);
  EXPECT_NEAR(layer.frequencies(&x)[1], 1 / 3.0, 1e-15);
  EXPECT_TRUE(PointTransform(4).frequencies(nullptr).empty());
}

TEST(CanonicalFlow, RefusesNumbersThatAreNoPairs) {
  for (const auto& make : {+[] { (void)OscillatorLayer(5); }, +[] { (void)PointTransform(5); },
                           +[] { (void)RotationLayer(5); }, +[] { (void)KickLayer({.sites = 5}); }})
    EXPECT_EQ(message_of(make), "5 numbers are no positions and momenta: they come in pairs");
}

}  // namespace
}  // namespace nmc::contracts
