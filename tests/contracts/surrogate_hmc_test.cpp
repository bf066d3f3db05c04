#include <gtest/gtest.h>

#include <cmath>

#include "samplers/learned/polynomial.hpp"
#include "samplers/learned/surrogate_trajectories.hpp"
#include "tests/contracts/kernels_under_test.hpp"

/// πP = π of trajectories along the gradient of a surrogate, by quadrature, whatever the surrogate
/// is: the zero of the start, and one that is none of the target. With a ratio forgotten they are
/// seen.
namespace nmc {
namespace {

constexpr double kInvariant = 1e-10, kForgottenSeen = 1e-4;
enum class Forgotten { nothing, second_stage, surrogate_in_it, kinetic_energy };

Polynomial surrogate_of(std::vector<double> c) {
  Polynomial surrogate(1, complete_quartic(1));
  surrogate.set_coefficients(c);
  return surrogate;
}

/// One trajectory with momenta xi, from x.
Proposed trajectory(const Polynomial& surrogate, const Batch& x, double xi) {
  const HmcTrajectory hmc(surrogate, test::hmc_options());
  ChainState state;
  state.x = x;
  hmc.init(state, {}, x.rows());
  return hmc.travel(state, Batch::Constant(x.rows(), 1, xi),
                    Column::Constant(x.rows(), test::hmc_options().step_size));
}

test::OneSiteKernel delayed_kernel(const Target& target, const Polynomial& surrogate,
                                   Forgotten fault) {
  test::OneSiteKernel kernel;
  kernel.propose = [&surrogate](const Batch& x, double xi, Batch& to, Column& ratio) {
    Proposed end = trajectory(surrogate, x, xi);
    ratio = (surrogate.log_density(end.next.x) - surrogate.log_density(x)) + end.log_ratio;
    to = std::move(end.next.x);
  };
  if (fault != Forgotten::second_stage)
    kernel.second_log_ratio = [&target, &surrogate, fault](const Batch& x, double xi) -> Column {
      const Batch to = trajectory(surrogate, x, xi).next.x;
      const Column of_target = target.log_density(to) - target.log_density(x);
      if (fault == Forgotten::surrogate_in_it) return of_target;
      return of_target - (surrogate.log_density(to) - surrogate.log_density(x));
    };
  kernel.log_density = [&target](const Batch& x) { return target.log_density(x); };
  return kernel;
}

test::OneSiteKernel direct_kernel(const Target& target, const Polynomial& surrogate,
                                  Forgotten fault) {
  test::OneSiteKernel kernel;
  kernel.propose = [&target, &surrogate, fault](const Batch& x, double xi, Batch& to,
                                                Column& ratio) {
    Proposed end = trajectory(surrogate, x, xi);
    ratio = target.log_density(end.next.x) - target.log_density(x);
    if (fault != Forgotten::kinetic_energy) ratio += end.log_ratio;
    to = std::move(end.next.x);
  };
  kernel.log_density = [&target](const Batch& x) { return target.log_density(x); };
  return kernel;
}

TEST(SurrogateHmcContract, LeavesItsTargetInvariantWhateverTheSurrogateIs) {
  const test::Tilted target;  // −x⁴/4 + x/2
  for (const Polynomial& surrogate :
       {surrogate_of({0, 0, 0, 0}), surrogate_of({0.3, -0.6, 0.1, -0.15})}) {
    EXPECT_LT(test::invariance_defect(delayed_kernel(target, surrogate, Forgotten::nothing)),
              kInvariant);
    EXPECT_LT(test::invariance_defect(direct_kernel(target, surrogate, Forgotten::nothing)),
              kInvariant);
  }
}

TEST(SurrogateHmcContract, SeesAForgottenRatio) {
  const test::Tilted target;
  const Polynomial surrogate = surrogate_of({0.3, -0.6, 0.1, -0.15});
  for (const Forgotten fault : {Forgotten::second_stage, Forgotten::surrogate_in_it})
    EXPECT_GT(test::invariance_defect(delayed_kernel(target, surrogate, fault)), kForgottenSeen);
  EXPECT_GT(test::invariance_defect(direct_kernel(target, surrogate, Forgotten::kinetic_energy)),
            kForgottenSeen);
}

/// The kernel of the quadrature is that of the class: its decisions, with the numbers it draws.
TEST(SurrogateTrajectories, DecideTwice) {
  const test::Tilted target;
  const Polynomial surrogate = surrogate_of({0.3, -0.6, 0.1, -0.15});
  constexpr Index kChains = 300;
  const MetropolisHastings sampler(
      target, std::make_unique<SurrogateTrajectories>(surrogate, test::hmc_options(), 1, true));
  const Streams streams{3, 8, 0, Purpose::test};
  ChainState state;
  sampler.init(state, streams, kChains);
  const ChainState before = state;
  sampler.step(state, streams);
  Batch xi(kChains, 1);
  fill_normal(streams.nested().with(Purpose::momentum), xi);
  const Column u = uniform_column(streams.nested().with(Purpose::accept), kChains);
  const Column v = uniform_column(streams.with(Purpose::accept), kChains);
  Index first_refusals = 0, second_refusals = 0;
  for (Index c = 0; c < kChains; ++c) {
    const Batch x = before.x.row(c);
    const test::OneSiteKernel kernel = delayed_kernel(target, surrogate, Forgotten::nothing);
    Batch to;
    Column ratio;
    kernel.propose(x, xi(c, 0), to, ratio);
    const bool passes_first = u(c) < std::exp(ratio(0));
    const bool passes_second = v(c) < std::exp(kernel.second_log_ratio(x, xi(c, 0))(0));
    first_refusals += passes_first ? 0 : 1;
    second_refusals += passes_first && !passes_second ? 1 : 0;
    EXPECT_EQ(state.x(c, 0), passes_first && passes_second ? to(0, 0) : x(0, 0)) << c;
    EXPECT_DOUBLE_EQ(state.log_p(c), target.log_density(state.x.row(c))(0)) << c;
  }
  EXPECT_GT(first_refusals, 0);
  EXPECT_GT(second_refusals, 0);
}

}  // namespace
}  // namespace nmc
