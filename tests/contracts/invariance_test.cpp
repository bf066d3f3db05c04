#include <gtest/gtest.h>

#include "samplers/gibbs/block_gibbs.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "samplers/proposal/independence.hpp"
#include "samplers/proposal/random_walk.hpp"
#include "tests/contracts/kernel_enumeration.hpp"
#include "tests/contracts/kernels_under_test.hpp"

namespace nmc {
namespace {

constexpr double bar = 1e-10;  // of the issue; the quadrature itself is good to 1e-11

TEST(Invariance, OfIndependenceSamplerByEnumeration) {
  EXPECT_LT(test::enumeration_defect([](const Target& target, const Model& model) {
              return std::make_unique<MetropolisHastings>(independence_sampler(target, model));
            }),
            1e-14);
}

TEST(Invariance, OfHmcByQuadrature) {
  const test::Tilted target;
  EXPECT_LT(test::invariance_defect(test::hmc_kernel(target)), bar);
}

TEST(Invariance, OfLatentHmcByQuadrature) {
  const test::Tilted target;
  const test::SineFlow flow(1);
  const LatentTarget latent(flow, target);
  EXPECT_LT(test::invariance_defect(test::latent_kernel(latent)), bar);
}

TEST(Invariance, OfRandomWalkByQuadrature) {
  const test::Tilted target;
  EXPECT_LT(test::invariance_defect(test::walk_kernel(target, 1.3)), bar);
}

/// The numbers that step() draws, so that the kernels above are those of the classes.
Column normals(const Streams& streams, Purpose purpose, Index chains) {
  Batch z(chains, 1);
  fill_normal(streams.with(purpose), z);
  return z.col(0);
}

void expect_decision(const Column& log_ratio, const StepInfo& info, const Streams& streams) {
  const Column u = uniform_column(streams.with(Purpose::accept), log_ratio.size());
  for (Index c = 0; c < log_ratio.size(); ++c) {
    EXPECT_EQ(info.acceptance(c), std::exp(std::min(log_ratio(c), 0.0)));
    EXPECT_EQ(info.accepted(c) == 1, u(c) < info.acceptance(c));
  }
}

TEST(HmcStep, IsTheKernelOfTheQuadratureWithRandomMomenta) {
  const test::Tilted target;
  const HmcTrajectory trajectory(target, test::hmc_options());
  const MetropolisHastings hmc = hmc_sampler(target, test::hmc_options());
  const Streams streams{3, 8, 0, Purpose::test};
  ChainState state;
  hmc.init(state, streams, 200);
  const ChainState before = state;
  const StepInfo info = hmc.step(state, streams);
  const Proposed end = trajectory.travel(before, normals(streams, Purpose::momentum, 200),
                                         Column::Constant(200, test::hmc_options().step_size));
  expect_decision((end.next.log_p - before.log_p) + end.log_ratio, info, streams);
  for (Index c = 0; c < 200; ++c) {
    const ChainState& expected = info.accepted(c) == 1 ? end.next : before;
    EXPECT_EQ(state.x(c, 0), expected.x(c, 0));
    EXPECT_EQ(state.log_p(c), expected.log_p(c));
    EXPECT_EQ(state.grad(c, 0), expected.grad(c, 0));
  }
}

TEST(RandomWalkStep, IsTheKernelOfTheQuadratureWithRandomNormals) {
  const test::Tilted target;
  RandomWalkOptions options;
  options.width = 1.3;
  const MetropolisHastings walk = random_walk_sampler(target, options);
  const Streams streams{3, 8, 0, Purpose::test};
  ChainState state;
  walk.init(state, streams, 200);
  const ChainState before = state;
  const StepInfo info = walk.step(state, streams);
  const Batch proposal = before.x + 1.3 * Batch(normals(streams, Purpose::propose, 200));
  const Column log_p = target.log_density(proposal);
  expect_decision(log_p - before.log_p, info, streams);
  for (Index c = 0; c < 200; ++c) {
    EXPECT_EQ(state.x(c, 0), info.accepted(c) == 1 ? proposal(c, 0) : before.x(c, 0));
    EXPECT_EQ(state.log_p(c), info.accepted(c) == 1 ? log_p(c) : before.log_p(c));
  }
}

TEST(Leapfrog, IsReversibleAndPreservesVolumeWithEveryMass) {
  const test::Quartic target(2);
  for (const MassKind kind : {MassKind::unit, MassKind::diagonal, MassKind::dense}) {
    Mass mass(kind, 2);
    Eigen::MatrixXd covariance(2, 2);
    covariance << 1.3, 0.4, 0.4, 0.6;
    if (kind == MassKind::diagonal) covariance = covariance.diagonal().transpose().eval();
    mass.set_covariance(covariance);
    EXPECT_LT(test::reversibility_defect(target, mass), 1e-13);
    EXPECT_LT(test::volume_defect(target, mass), 1e-10);
  }
}

TEST(Invariance, OfBlockGibbsByQuadratureOnOneAndTwoSites) {
  EXPECT_LT(test::block_gibbs_defect(1), bar);
  EXPECT_LT(test::block_gibbs_defect(2), bar);
}

TEST(BlockGibbsStep, DrawsSpinsThenFields) {
  const auto field = test::small_field(2);
  const BlockGibbs gibbs(*field, *field);
  const Streams streams{3, 8, 0, Purpose::test};
  ChainState state;
  gibbs.init(state, streams.at_step(0), 50);
  Batch u(50, 2), z(50, 2);
  fill_uniform(streams.with(Purpose::gibbs), u);
  fill_normal(streams.with(Purpose::propose), z);
  const Batch expected = field->field_given_spins(field->spins_given_field(state.x, u), z);
  gibbs.step(state, streams);
  EXPECT_TRUE((state.x == expected).all());
  EXPECT_TRUE((state.log_p == field->log_density(expected)).all());
}

}  // namespace
}  // namespace nmc
