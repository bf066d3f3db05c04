#include "models/energy/rbm_ais.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models/energy/rbm_exact.hpp"
#include "models/energy/rbm_gibbs.hpp"
#include "tests/models/energy/zoo_machine.hpp"

namespace nmc {
namespace {

/// Rows of the machine itself: long block Gibbs of many chains.
BitRows own_rows(const Rbm& rbm, Index rows) {
  const RbmGibbs gibbs(rbm);
  ChainState state;
  gibbs.init(state, {.seed = 5, .step = 0}, rows);
  gibbs.steps(state, {.seed = 5, .step = 1}, 300);
  return BitRows(state.x);
}

/// 100 seeds on a machine of 36 x 16 units. A false alarm of each bound has a chance below 1e-4:
/// 68 +- 4.7 lie inside one error, of which 50 are asked for, and 99.7 inside three.
TEST(RbmAis, HasHonestErrorsFromBothSides) {
  const Rbm rbm = test::random_machine({36, 16, Units::binary}, 0.5, 11);
  const double lnZ = log_z(rbm, Side::hidden);
  const BitRows data = own_rows(rbm, 512);
  AisOptions options;
  options.temperatures = 200;
  options.chains = 128;
  options.burn_in = 10;
  int inside = 0, far = 0, above = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    options.seed = seed;
    const AisEstimate ais = annealed_log_z(rbm, data, options, Threads{});
    const double z = (ais.log_z - lnZ) / ais.error;
    inside += std::abs(z) < 1 ? 1 : 0;
    far += std::abs(z) > 3 ? 1 : 0;
    above += std::abs(ais.backward - lnZ) > 4 * ais.backward_error ? 1 : 0;
    EXPECT_LT(ais.error, 0.02);
    EXPECT_LT(ais.lower, ais.upper + 5 * std::hypot(ais.error, ais.backward_error));
  }
  EXPECT_GE(inside, 50);
  EXPECT_LE(inside, 86);
  EXPECT_LE(far, 3);
  EXPECT_LE(above, 5);
}

TEST(RbmAis, IsTheSameOnAnyNumberOfThreadsAndOfSpins) {
  const Rbm rbm = test::random_machine({7, 5, Units::spin}, 0.4, 2);
  AisOptions options;
  options.temperatures = 100;
  options.chains = 300;
  const AisEstimate one = annealed_log_z(rbm, BitRows(0, 7), options, Threads(1));
  const AisEstimate two = annealed_log_z(rbm, BitRows(0, 7), options, Threads(2));
  EXPECT_EQ(one.log_z, two.log_z);
  EXPECT_TRUE(std::isnan(one.backward));
  EXPECT_NEAR(one.log_z, log_z(rbm, Side::hidden), 4 * one.error + 1e-5);
}

/// Moments of long chains of the tables of bits against the sums over all states, z below 5.
TEST(RbmGibbsSteps, SampleTheMachine) {
  for (const Units units : {Units::binary, Units::spin}) {
    const Rbm rbm = test::random_machine({6, 40, units}, 0.3, 7);
    const RbmMoments exact = exact_moments(rbm, Side::visible);
    const RbmGibbs gibbs(rbm);
    ChainState state;
    gibbs.init(state, {.seed = 3, .step = 0}, 20000);
    gibbs.steps(state, {.seed = 3, .step = 1}, 200);
    EXPECT_LT((state.log_p - rbm.log_density(state.x)).abs().maxCoeff(), 1e-4);
    for (Index i = 0; i < 6; ++i) {
      const Column v = state.x.col(i);
      const double error = std::sqrt((v - v.mean()).square().mean() / 20000);
      EXPECT_NEAR(v.mean(), exact.visible(i), 5 * error);
    }
    ChainState step_by_step;
    gibbs.init(step_by_step, {.seed = 3, .step = 0}, 70);
    ChainState at_once = step_by_step;
    for (std::uint64_t k = 1; k <= 3; ++k) gibbs.step(step_by_step, {.seed = 3, .step = k});
    gibbs.steps(at_once, {.seed = 3, .step = 1}, 3);
    EXPECT_TRUE((step_by_step.x == at_once.x).all());
  }
}

}  // namespace
}  // namespace nmc
