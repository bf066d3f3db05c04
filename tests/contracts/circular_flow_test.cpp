#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <numbers>
#include <utility>

#include "core/archive/file.hpp"
#include "core/fields/directions.hpp"
#include "models/file/model_file.hpp"
#include "models/flows/linear/elementary.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "models/flows/spline/circle.hpp"
#include "models/flows/spline/circular_layout.hpp"
#include "models/symmetry/symmetrised_flow.hpp"
#include "tests/contracts/flow_contract.hpp"
#include "tests/support/message_of.hpp"

/// Flows of angles: bijections of the circle with their densities, products and files.
namespace nmc::contracts {
namespace {

constexpr double kHalfTurn = std::numbers::pi;

struct AngleFlowCase {
  const char* name;
  CircularLayout layout;
  bool is_invariant;
  int bins;
};

CircularSpec small_net(const AngleFlowCase& of, Precision precision = Precision::twice) {
  CircularSpec net;
  net.bins = of.bins;
  net.is_invariant = of.is_invariant;
  net.hidden = {7, 5};
  net.activation = simd::Activation::tanh;
  net.precision = precision;
  return net;
}

/// Away from its start, where all splines are nearly the identity.
std::unique_ptr<BijectorFlow> moved_flow(const AngleFlowCase& of,
                                         Precision precision = Precision::twice) {
  auto flow = std::make_unique<BijectorFlow>(circular_layers(of.layout, small_net(of, precision)),
                                             Precision::twice, 5);
  const Batch noise = normals(1, std::ssize(flow->parameters()), 0.2, 3);
  for (std::size_t k = 0; k < flow->parameters().size(); ++k)
    flow->parameters()[k] += noise(0, static_cast<Index>(k));
  flow->parameters_changed();
  return flow;
}

class AngleFlow : public testing::TestWithParam<AngleFlowCase> {};

TEST_P(AngleFlow, InverseUndoesForward) {
  const auto flow = moved_flow(GetParam());
  EXPECT_EQ(flow->support(), Support::angle);
  const Batch z = normals(70, flow->sites(), 1.0);
  const Mapped x = flow->forward(z), back = flow->inverse(x.y);
  EXPECT_LE(x.y.maxCoeff(), kHalfTurn);
  EXPECT_GT(x.y.minCoeff(), -kHalfTurn);
  // Angles round to 4e-16, and z is as steep as 1/N(z) in them, e^8 at 4.
  EXPECT_LE((back.y - z).abs().maxCoeff(), 1e-9);
  EXPECT_LE((back.log_det + x.log_det).abs().maxCoeff(), 1e-8);
  EXPECT_GT((x.y - flow->forward(Batch::Zero(70, flow->sites())).y).abs().maxCoeff(), 1);
}

TEST_P(AngleFlow, LogDetIsThatOfTheNumericalJacobian) {
  const auto flow = moved_flow(GetParam());
  EXPECT_LE(jacobian_error(*flow, normals(1, flow->sites(), 0.7)), 1e-7);
}

TEST_P(AngleFlow, VectorJacobianProductsAreThoseOfFiniteDifferences) {
  const auto flow = moved_flow(GetParam());
  const Batch z = normals(2, flow->sites(), 0.7);
  const GradientError forward = gradient_error(*flow, z, true);
  EXPECT_LE(forward.input, 1e-6);
  EXPECT_LE(forward.parameter, 1e-6);
  const GradientError inverse = gradient_error(*flow, flow->forward(z).y, false);
  EXPECT_LE(inverse.input, 1e-6);
  EXPECT_LE(inverse.parameter, 1e-6);
}

TEST_P(AngleFlow, ChainsDoNotFeelTheirBatch) {
  const auto flow = moved_flow(GetParam());
  const Batch z = normals(67, flow->sites(), 1.0);
  const Mapped whole = flow->forward(z);
  const Batch g = flow->forward_vjp(whole.y, z, Column::Ones(67), {});
  for (const Index row : {0, 1, 63, 64, 66}) {
    const Batch one = z.middleRows(row, 1);
    const Mapped alone = flow->forward(one);
    EXPECT_TRUE((alone.y.row(0) == whole.y.row(row)).all());
    EXPECT_EQ(alone.log_det(0), whole.log_det(row));
    const Batch g_alone = flow->forward_vjp(alone.y, one, Column::Ones(1), {});
    EXPECT_TRUE((g_alone.row(0) == g.row(row)).all());
  }
}

/// π and −π are one point; on both sides of it density, map and its slope are the same.
TEST_P(AngleFlow, IsPeriodicInEveryAngle) {
  const auto flow = moved_flow(GetParam());
  constexpr double step = 1e-9;
  const Batch base = flow->forward(normals(9, flow->sites(), 1.0)).y;
  for (Index site = 0; site < flow->sites(); ++site) {
    const auto at = [&](double angle) {
      Batch x = base;
      x.col(site) = angle;
      return x;
    };
    const Column here = flow->log_prob(at(kHalfTurn));
    EXPECT_LE((flow->log_prob(at(-kHalfTurn)) - here).abs().maxCoeff(), 1e-12) << site;
    const Batch below = at(kHalfTurn - step), above = at(-kHalfTurn + step);
    EXPECT_LE((flow->log_prob(below) - flow->log_prob(above)).abs().maxCoeff(), 1e-6) << site;
    EXPECT_LE((flow->log_prob(below) - here).abs().maxCoeff(), 1e-6) << site;
  }
}

struct Steepest {
  std::pair<double, double> place;
  double change;
};

/// Where ln q changes most between two of 1001 places of an angle.
Steepest largest_step(const Model& model, const Batch& base, Index site,
                      std::pair<double, double> between) {
  constexpr Index steps = 1000;
  Batch x = base.replicate(steps + 1, 1);
  x.col(site) = Column::LinSpaced(steps + 1, between.first, between.second);
  const Column log_q = model.log_prob(x);
  Index at = 0;
  const double change = (log_q.tail(steps) - log_q.head(steps)).abs().maxCoeff(&at);
  return {{x(at, site), x(at + 1, site)}, change};
}

/// The same about the reference, where the spline begins and ends: its cut moves with other angles.
TEST_P(AngleFlow, HasNoCutAnywhere) {
  const auto flow = moved_flow(GetParam());
  for (Index site = 0; site < flow->sites(); ++site) {
    const Batch base = flow->forward(normals(1, flow->sites(), 1.0, 9)).y;
    const double whole = largest_step(*flow, base, site, {-kHalfTurn, kHalfTurn}).change;
    EXPECT_GT(whole, 1e-6) << site;
    Steepest at = largest_step(*flow, base, site, {-kHalfTurn, kHalfTurn});
    for (int closer = 0; closer < 2; ++closer) at = largest_step(*flow, base, site, at.place);
    // A cut would stay as it is from a thousandth of the way to a thousandth of that.
    EXPECT_LE(at.change, 1e-3 * std::max(whole, 1.0)) << site;
  }
}

TEST_P(AngleFlow, CommutesWithRotationsWhereItIsInvariant) {
  const auto flow = moved_flow(GetParam());
  Batch x = flow->forward(normals(20, flow->sites(), 1.0)).y;
  const Column log_q = flow->log_prob(x);
  x += 0.8;
  wrap_angles(x);
  const double change = (flow->log_prob(x) - log_q).abs().maxCoeff();
  if (GetParam().is_invariant)
    EXPECT_LE(change, 1e-10);
  else
    EXPECT_GT(change, 1e-3);
}

TEST_P(AngleFlow, NetsInSinglePrecisionFollowThoseInDouble) {
  const auto flow = moved_flow(GetParam());
  const auto single = moved_flow(GetParam(), Precision::single);
  const Batch x = flow->forward(normals(64, flow->sites(), 1.0)).y;
  EXPECT_LE((flow->log_prob(x) - single->log_prob(x)).abs().maxCoeff(), 1e-3);
  const Batch z = normals(64, flow->sites(), 1.0);
  const Mapped there = single->forward(z);
  EXPECT_LE((there.log_det + single->inverse(there.y).log_det).abs().maxCoeff(), 1e-3);
}

TEST_P(AngleFlow, IsReadAsItWasWritten) {
  const auto flow = moved_flow(GetParam());
  const auto path = std::filesystem::temp_directory_path() /
                    (std::string("nmc-angle-flow-") + GetParam().name + ".h5");
  {
    auto file = archive::File::create(path.string());
    write_model(file, *flow, "circular_spline", {});
    file.close();
  }
  const ModelFile stored = read_model(path.string());
  std::filesystem::remove(path);
  ASSERT_EQ(stored.model->support(), Support::angle);
  const Draw a = flow->sample({3}, 70), b = stored.model->sample({3}, 70);
  EXPECT_TRUE((a.x == b.x).all());
  EXPECT_TRUE((a.log_q == b.log_q).all());
}

INSTANTIATE_TEST_SUITE_P(All, AngleFlow,
                         testing::Values(AngleFlowCase{"Pair", {{2}, 3, 0}, false, 5},
                                         AngleFlowCase{"InvariantPair", {{2}, 3, 0}, true, 2},
                                         AngleFlowCase{"Dense", {{3, 3}, 4, 0}, false, 8},
                                         AngleFlowCase{"InvariantDense", {{3, 3}, 4, 0}, true, 8},
                                         AngleFlowCase{"Local", {{4, 2}, 4, 3}, false, 6},
                                         AngleFlowCase{"InvariantLocal", {{6}, 5, 1}, true, 4}),
                         [](const auto& info) { return std::string(info.param.name); });

/// ∫ q over a square grid; ln q has kinks at knots, so that the rule is of second order.
double integral_of(const Model& model) {
  constexpr Index side = 360;
  const Column circle = Column::LinSpaced(side + 1, -kHalfTurn, kHalfTurn).tail(side);
  double sum = 0;
  for (Index row = 0; row < side; ++row) {
    Batch x(side, 2);
    x.col(0) = circle(row);
    x.col(1) = circle;
    sum += model.log_prob(x).exp().sum();
  }
  return sum * (2 * kHalfTurn / side) * (2 * kHalfTurn / side);
}

TEST(AngleFlowDensity, IntegratesToOneOverTwoAngles) {
  for (const bool is_invariant : {false, true}) {
    auto flow = moved_flow({"", {{2}, 4, 0}, is_invariant, 5});
    // Steps of 0.017 and slopes of q that jump by a few: 1.5e-4.
    EXPECT_NEAR(integral_of(*flow), 1, 5e-4);
    const SymmetrisedFlow mixed(std::move(flow), z2_group(2));
    EXPECT_EQ(mixed.support(), Support::angle);
    EXPECT_NEAR(integral_of(mixed), 1, 5e-4);
  }
}

/// Of one that is invariant under rotations the integral over one angle is all there is.
TEST(AngleFlowDensity, IntegratesToOneOverOneAngleOnAFineGrid) {
  const auto flow = moved_flow({"", {{2}, 4, 0}, true, 5});
  constexpr Index points = 100'000;
  Batch x = Batch::Zero(points, 2);
  x.col(1) = Column::LinSpaced(points + 1, -kHalfTurn, kHalfTurn).tail(points);
  const double turn = 2 * kHalfTurn;
  EXPECT_NEAR(flow->log_prob(x).exp().mean() * turn * turn, 1, 1e-8);
}

TEST(AngleFlowDensity, StartsUniformOnTheTorus) {
  BijectorFlow::Layers layers;
  layers.push_back(std::make_unique<CircleLayer>(3));
  const BijectorFlow circle(std::move(layers), Precision::twice, 1);
  const Draw draw = circle.sample({3}, 4000);
  const double uniform = -3 * std::log(2 * kHalfTurn);
  EXPECT_LE((draw.log_q - uniform).abs().maxCoeff(), 1e-13);
  Batch x(3, 3);
  x << kHalfTurn, 0, -kHalfTurn, 1e-300, 1, 3, -3.14159265358979, kHalfTurn, 2;
  EXPECT_LE((circle.log_prob(x) - uniform).abs().maxCoeff(), 1e-13);
  // Means of 12000 cosines and squares of angles, at 5σ: 6e-7 each.
  EXPECT_LE(std::abs(draw.x.cos().mean()), 5 * std::sqrt(0.5 / 12000));
  EXPECT_NEAR(draw.x.square().mean(), kHalfTurn * kHalfTurn / 3,
              5 * kHalfTurn * kHalfTurn * std::sqrt(4.0 / 45 / 12000));
}

TEST(AngleFlowLayers, StandInAnOrderThatMakesSense) {
  const auto flow_of = [](auto... layers) {
    return message_of([&] {
      BijectorFlow::Layers all;
      (all.push_back(std::move(layers)), ...);
      (void)BijectorFlow(std::move(all), Precision::twice, 1);
    });
  };
  EXPECT_EQ(flow_of(std::make_unique<CircleLayer>(2), std::make_unique<ScalingLayer>(2)),
            "a layer of real numbers stands after one that makes angles; put it before");
  EXPECT_EQ(flow_of(std::make_unique<CircleLayer>(2), std::make_unique<CircleLayer>(2)),
            "a circle layer makes angles of real numbers and stands after angles; one is enough");
  CircularSpec spec;
  spec.sites = 2;
  spec.kept = spec.reference = {{0}};
  spec.moved = {{1}};
  spec.hidden = {3};
  EXPECT_EQ(flow_of(std::make_unique<CircularCoupling>(spec)),
            "a circular coupling moves angles and stands after real numbers; put a circle layer "
            "before");
  spec.kept = {{0, 1}};
  EXPECT_EQ(message_of([&] { (void)CircularCoupling(spec); }), "angle 1 is kept and moved");
}

}  // namespace
}  // namespace nmc::contracts
