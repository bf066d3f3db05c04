#include "tests/contracts/angle_quadrature.hpp"

#include <gtest/gtest.h>

#include "core/fields/directions.hpp"
#include "core/random/philox.hpp"
#include "samplers/local/angle_sweeps.hpp"
#include "samplers/local/local_angles.hpp"
#include "samplers/local/von_mises.hpp"
#include "tests/contracts/angle_kernels.hpp"

/// πP = π of every kernel of the XY model to rounding, and faults that must be seen.
namespace nmc {
namespace {

constexpr double kAngleRounding = 1e-12, kFaultSeen = 1e-4;

XyModel triangle(double beta = 0.9) {
  return {test::frustrated_triangle(), beta};
}

/// The same without its fields.
XyModel without_fields() {
  Graph graph = test::frustrated_triangle();
  graph.field.clear();
  return {graph, 0.9};
}

XyModel pair_of_angles() {
  Graph graph;
  graph.sites = 2;
  graph.bonds = {{0, 1, 0.7}};
  graph.field = {0.4, -0.2};
  return {graph, 0.9};
}

XyModel one_angle() {
  Graph graph;
  graph.sites = 1;
  graph.field = {1.2};
  return {graph, 0.8};
}

HmcOptions short_trajectory() {
  HmcOptions options;
  options.step_size = 0.5;
  options.n_steps = 2;
  options.jitter = 0;
  return options;
}

TEST(AngleQuadrature, MetropolisKeepsTheDensityOfASiteGivenTheOthers) {
  const XyModel model = triangle();
  for (const double width : {0.6, 2.5, std::numbers::pi}) {
    const auto kernel = test::metropolis_kernel(model, width);
    EXPECT_LT(test::metropolis_defect(model, width, kernel), kAngleRounding) << "width " << width;
    EXPECT_EQ(test::decision_defect(kernel, 3), 0);
  }
}

TEST(AngleQuadrature, HeatBathDrawsTheDensityOfASiteGivenTheOthers) {
  for (const double beta : {0.0, 0.9, 3.0}) {
    const XyModel model = triangle(beta);
    EXPECT_LT(test::heat_bath_defect(model, test::heat_bath_kernel(model)), kAngleRounding)
        << "beta " << beta;
  }
}

TEST(AngleQuadrature, OverrelaxationKeepsTheDensityOfASiteGivenTheOthers) {
  const XyModel model = triangle();
  EXPECT_LT(test::reflection_defect(model, test::reflection_kernel(model)), kAngleRounding);
}

TEST(AngleQuadrature, WolffIsInDetailedBalanceOnEveryOrbitOfReflections) {
  const XyModel model = triangle(), free = without_fields();
  EXPECT_LT(test::wolff_defect(model, model), kAngleRounding);
  EXPECT_LT(test::wolff_defect(free, free), kAngleRounding);
}

TEST(AngleQuadrature, HmcKeepsVolumeAndFlow) {
  for (const XyModel& model : {one_angle(), pair_of_angles()}) {
    const auto kernel = test::hmc_phase_kernel(model, short_trajectory());
    EXPECT_LT(test::phase_volume_defect(model, kernel), kAngleRounding) << model.sites();
    EXPECT_LT(test::flow_defect(model, kernel), kAngleRounding) << model.sites();
  }
  const XyModel three = triangle();
  EXPECT_LT(test::flow_defect(three, test::hmc_phase_kernel(three, short_trajectory())),
            kAngleRounding);
}

TEST(AngleQuadrature, RandomWalkKeepsVolumeAndFlow) {
  RandomWalkOptions options;
  options.width = 1.4;
  for (const XyModel& model : {one_angle(), pair_of_angles()}) {
    const auto kernel = test::walk_phase_kernel(model, options);
    EXPECT_LT(test::phase_volume_defect(model, kernel), kAngleRounding) << model.sites();
    EXPECT_LT(test::flow_defect(model, kernel), kAngleRounding) << model.sites();
  }
}

/// The kernels above are what a step runs, site by site.
TEST(AngleQuadrature, AStepIsTheSweepOfItsNumbers) {
  const XyModel model = triangle();
  const Streams streams{7, 5, 0, Purpose::test};
  constexpr Index chains = 21;
  const Batch start = uniform_angles({8, 0, 0, Purpose::test}, chains, 3);
  const auto stepped = [&](AngleRule rule) {
    LocalAnglesOptions options;
    options.rule = rule;
    options.width = 2.5;
    const LocalAngles sampler(model, options);
    ChainState state;
    state.x = start;
    sampler.init(state, streams, chains);
    (void)sampler.step(state, streams);
    return state.x;
  };
  Batch theta = start;
  Directions directions(theta);
  const angle_detail::AngleChains of{
      &model.couplings(),    chains, model.beta(), theta.data(), directions.cosine.data(),
      directions.sine.data()};
  const auto restart = [&] {
    theta = start;
    const Directions fresh(theta);
    directions.cosine = fresh.cosine;
    directions.sine = fresh.sine;
  };
  angle_detail::sweep_reflections(of);
  EXPECT_TRUE((theta == stepped(AngleRule::overrelaxation)).all());
  restart();
  Batch u(chains, 6);
  fill_uniform(streams.with(Purpose::propose), u);
  (void)angle_detail::sweep_metropolis(of, 2.5, [&](Index site) -> angle_detail::AngleNumbers {
    return {u.col(2 * site).data(), u.col(2 * site + 1).data()};
  });
  EXPECT_TRUE((theta == stepped(AngleRule::metropolis)).all());
  restart();
  VonMisesDraws draws(streams, chains, 3);
  angle_detail::sweep_heat_bath(of, 0, draws);
  EXPECT_TRUE((theta == stepped(AngleRule::heat_bath)).all());
}

/// A draw is the first of its attempts that is taken, each with numbers of its own.
TEST(AngleQuadrature, AVonMisesDrawIsItsFirstAttemptThatIsTaken) {
  constexpr Index chains = 3000, draws = 5, k = 3;
  const Streams streams{9, 2, 0, Purpose::test};
  const Column kappa = Column::LinSpaced(chains, 0, 40);
  VonMisesDraws drawn(streams, chains, draws);
  drawn.draw(k, kappa);
  Batch first(chains, 2);
  fill_uniform(streams.with(Purpose::gibbs), first, 2 * k);
  Index again = 0;
  for (Index row = 0; row < chains; ++row) {
    double u = first(row, 0), v = first(row, 1), delta = 0, taken = 0;
    for (Index attempt = 1;; ++attempt) {
      angle_detail::draw_von_mises({1, &kappa(row), &u, &v, &delta, &taken});
      if (taken > 0) break;
      const auto block = static_cast<std::uint32_t>((attempt - 1) * draws + k);
      const auto words = philox_block(streams.with(Purpose::extend), row, block);
      u = uniform_of(words[0], words[1]);
      v = uniform_of(words[2], words[3]);
      ++again;
    }
    EXPECT_EQ(drawn.delta(row), delta) << row;
  }
  EXPECT_GT(again, 100);
}

/// Faults, each made on purpose: what is checked above must see them.
TEST(AngleQuadratureMutation, WrongTemperaturesAndMissingFieldsAreSeen) {
  const XyModel model = triangle(), warm = triangle(0.891), free = without_fields();
  for (const XyModel* wrong : {&warm, &free}) {
    EXPECT_GT(test::metropolis_defect(model, 2.5, test::metropolis_kernel(*wrong, 2.5)),
              kFaultSeen);
    EXPECT_GT(test::heat_bath_defect(model, test::heat_bath_kernel(*wrong)), kFaultSeen);
    EXPECT_GT(test::wolff_defect(model, *wrong), kFaultSeen);
  }
  EXPECT_GT(test::reflection_defect(model, test::reflection_kernel(free)), kFaultSeen);
}

TEST(AngleQuadratureMutation, ProposalsThatDriftAndOddsThatAreOffAreSeen) {
  const XyModel model = triangle();
  const auto right = test::metropolis_kernel(model, 2.5);
  const test::SiteKernel drifting = [&](const Batch& theta, Index site, const Column& u,
                                        const Column& v) {
    return right(theta, site, u.square(), v);
  };
  EXPECT_GT(test::metropolis_defect(model, 2.5, drifting), kFaultSeen);
  const test::SiteKernel eager = [&](const Batch& theta, Index site, const Column& u,
                                     const Column& v) {
    test::ToldMove moved = right(theta, site, u, v / 1.01);
    moved.probability = (moved.probability * 1.01).min(1.0);
    return moved;
  };
  EXPECT_GT(test::metropolis_defect(model, 2.5, eager), kFaultSeen);
  const test::SiteKernel blind = [&](const Batch& theta, Index site, const Column& u,
                                     const Column& v) { return right(theta, site, u, v * 0.99); };
  EXPECT_EQ(test::decision_defect(blind, 3), 1);
}

TEST(AngleQuadratureMutation, ARefusedDrawThatMovesIsSeen) {
  const XyModel model = triangle();
  const auto right = test::heat_bath_kernel(model);
  const test::SiteKernel restless = [&](const Batch& theta, Index site, const Column& u,
                                        const Column& v) {
    test::ToldMove moved = right(theta, site, u, v);
    moved.theta.col(site) += 0.01 * (1 - moved.probability);
    return moved;
  };
  EXPECT_GT(test::heat_bath_defect(model, restless), kFaultSeen);
}

/// A map that shrinks momenta, and a rule that looks at ΔH with a wrong factor.
TEST(AngleQuadratureMutation, LostVolumeAndAWrongRuleAreSeen) {
  const XyModel model = one_angle(), warm({model.graph(), 0.79});
  const auto right = test::hmc_phase_kernel(model, short_trajectory());
  const test::PhaseKernel damped = [&](const Batch& theta, const Batch& xi) {
    test::PhaseMove move = right(theta, xi);
    move.xi *= 0.999;
    return move;
  };
  EXPECT_GT(test::phase_volume_defect(model, damped), kFaultSeen);
  EXPECT_GT(test::flow_defect(model, damped), kFaultSeen);
  EXPECT_GT(test::flow_defect(model, test::hmc_phase_kernel(warm, short_trajectory())), kFaultSeen);
}

}  // namespace
}  // namespace nmc
