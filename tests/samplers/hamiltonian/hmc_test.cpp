#include "samplers/hamiltonian/hmc.hpp"

#include <gtest/gtest.h>

#include "core/roles/latent_target.hpp"
#include "samplers/simulation/simulation.hpp"
#include "tests/samplers/test_densities.hpp"

namespace nmc {
namespace {

/// Gaussian with standard deviations 10^(i/2) on site i.
class Stretched final : public Target {
 public:
  [[nodiscard]] Index sites() const override { return 3; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override {
    Batch grad;
    return log_density_grad(x, grad);
  }
  Column log_density_grad(const Batch& x, Batch& grad) const override {
    grad = x.rowwise() * Eigen::Array3d(-1, -0.1, -0.01).transpose();
    return 0.5 * sum_sites(x * grad);
  }
};

TEST(LatentHmc, WithAnIdentityFlowIsPlainHmcBitForBit) {
  const test::Quartic quartic(4);
  const test::IdentityFlow identity(4);
  const LatentTarget latent(identity, quartic);
  const MetropolisHastings plain = hmc_sampler(quartic, {});
  const MetropolisHastings in_latent_space = hmc_sampler(latent, {});
  ChainState a, b;
  Streams streams{5, 0, 0, Purpose::init};
  plain.init(a, streams, 65);
  in_latent_space.init(b, streams, 65);
  for (std::uint64_t step = 1; step <= 20; ++step) {
    const StepInfo info_a = plain.step(a, streams.at_step(step));
    const StepInfo info_b = in_latent_space.step(b, streams.at_step(step));
    ASSERT_TRUE((a.x == b.x).all());
    ASSERT_TRUE((a.log_p == b.log_p).all());
    ASSERT_TRUE((info_a.acceptance == info_b.acceptance).all());
  }
}

TEST(Hmc, TunesTheStepSizeToTheWantedAcceptance) {
  const test::Quartic quartic(4);
  HmcOptions options;
  options.step_size = 0.01;
  auto trajectory = std::make_unique<HmcTrajectory>(quartic, options);
  const HmcTrajectory& tuned = *trajectory;
  MetropolisHastings hmc(quartic, std::move(trajectory));
  const Ranks ranks;
  const Threads threads;
  SimulationOptions run;
  run.warmup = 200;
  run.draws = 200;
  Simulation simulation(hmc, {}, run, ranks, threads);
  ASSERT_TRUE(simulation.run());
  const Batch& acceptance = simulation.records().values[1];
  // Averaging over 200 steps leaves the step within a few per cent of its limit.
  EXPECT_NEAR(acceptance.mean(), options.target_acceptance, 0.04);
  EXPECT_EQ(simulation.records().values[4].minCoeff(), tuned.step_size());
  EXPECT_EQ(simulation.records().values[4].maxCoeff(), tuned.step_size());
}

TEST(Hmc, EstimatesTheMassInWarmUp) {
  const Stretched stretched;
  for (const MassKind kind : {MassKind::diagonal, MassKind::dense}) {
    HmcOptions options;
    options.mass = kind;
    auto trajectory = std::make_unique<HmcTrajectory>(stretched, options);
    const HmcTrajectory& tuned = *trajectory;
    MetropolisHastings hmc(stretched, std::move(trajectory));
    const Ranks ranks;
    const Threads threads;
    SimulationOptions run;
    run.warmup = 300;
    Simulation simulation(hmc, {}, run, ranks, threads);
    ASSERT_TRUE(simulation.run());
    // L e_i = σ_i: 64 chains of correlated draws give σ to a few per cent.
    for (Index i = 0; i < 3; ++i) {
      Batch e = Batch::Zero(1, 3);
      e(0, i) = 1;
      const double sigma = std::pow(10, 0.5 * static_cast<double>(i));
      EXPECT_NEAR(tuned.mass().times(e)(0, i), sigma, 0.1 * sigma);
    }
  }
}

TEST(Hmc, TrajectoriesHaveTheLengthAskedForToHalfAStep) {
  const test::Quartic quartic(2);
  HmcOptions options;
  options.max_steps = 50;
  const auto steps = [&](double length, double step_size) {
    options.length = length;
    options.step_size = step_size;
    return HmcTrajectory(quartic, options).n_steps();
  };
  EXPECT_EQ(steps(1, 0.1), 10);
  EXPECT_EQ(steps(2.1, 0.7), 3);  // 2.1/0.7 is 3 + 4e-16 in double
  EXPECT_EQ(steps(1, 0.7), 1);
  EXPECT_EQ(steps(1, 0.6), 2);
  EXPECT_EQ(steps(1, 3), 1);
  EXPECT_EQ(steps(1, 0.001), 50);
}

TEST(Hmc, CountsADivergenceAndStays) {
  const test::Quartic quartic(2);
  HmcOptions options;
  options.step_size = 50;  // far beyond the limit of stability
  options.target_acceptance = 0;
  const MetropolisHastings hmc = hmc_sampler(quartic, options);
  ChainState state;
  hmc.init(state, {1, 0, 0, Purpose::init}, 8);
  const Batch before = state.x;
  const StepInfo info = hmc.step(state, {1, 1, 0, Purpose::init});
  EXPECT_TRUE((info.diverging == 1).all());
  EXPECT_TRUE((info.accepted == 0).all());
  EXPECT_TRUE((state.x == before).all());
}

// At x = 20 the leapfrog is stable below 2/sqrt(3 x^2) = 0.06, where it lives at ten times that.
Batch with_one_far_off(Range rows) {
  Batch x = Batch::Zero(rows.count, 2);
  for (Index row = 0; row < rows.count; ++row)
    if (rows.first + row == 5) x.row(row) = 20;
  return x;
}

TEST(Hmc, AChainThatBeginsWhereTheTargetIsStifferArrivesInWarmUp) {
  const test::Quartic quartic(2);
  auto trajectory = std::make_unique<HmcTrajectory>(quartic, HmcOptions{});
  const HmcTrajectory& tuned = *trajectory;
  MetropolisHastings hmc(quartic, std::move(trajectory));
  const Ranks ranks;
  const Threads threads;
  SimulationOptions run;
  run.chains = 64;
  run.warmup = 200;
  run.draws = 20;
  run.start = with_one_far_off;
  Simulation simulation(hmc, {}, run, ranks, threads);
  ASSERT_TRUE(simulation.run());
  EXPECT_GT(tuned.step_size(), 0.2);
  // exp(-x^4/4) holds less than 1e-17 of its weight beyond 3.5.
  EXPECT_TRUE((simulation.records().values[0] > -38).all());
  // At an acceptance of 0.8 a chain rejects all of 20 once in 1e14.
  EXPECT_TRUE((simulation.records().values[2].colwise().maxCoeff() == 1).all());
}

TEST(Hmc, IsThePlainKernelBeforeTheFirstStepOfWarmUpAndAfterTheLast) {
  const test::Quartic quartic(2);
  HmcOptions frozen;
  frozen.step_size = 0.5;
  frozen.target_acceptance = 0;
  const MetropolisHastings plain = hmc_sampler(quartic, frozen);
  ChainState start;
  start.x = with_one_far_off({0, 8});
  plain.init(start, {3, 0, 0, Purpose::init}, 8);
  const auto moves_like_plain = [&](const Sampler& hmc) {
    ChainState a = start, b = start;
    (void)plain.step(a, {3, 1, 0, Purpose::init});
    (void)hmc.step(b, {3, 1, 0, Purpose::init});
    return (a.x == b.x).all() && (a.log_p == b.log_p).all() && (a.grad == b.grad).all();
  };
  HmcOptions tuned = frozen;
  tuned.target_acceptance = 0.8;
  MetropolisHastings hmc = hmc_sampler(quartic, tuned);
  EXPECT_TRUE(moves_like_plain(hmc));
  hmc.tuning()->adapt({0, 2, Column::Constant(1, 0.8), {}});
  EXPECT_FALSE(moves_like_plain(hmc));
  hmc.tuning()->adapt({1, 2, Column::Constant(1, 0.8), {}});
  std::vector<double> tuning = numbers_of(hmc.tuning());
  tuning[0] = frozen.step_size;
  set_numbers(hmc.tuning(), tuning);
  EXPECT_TRUE(moves_like_plain(hmc));
}

TEST(Mass, FactorsMultiplyToTheCovariance) {
  Batch x(400, 3);
  fill_normal({8, 0, 0, Purpose::test}, x);
  x.col(1) += x.col(0);
  MassEstimate estimate(MassKind::dense, 3);
  estimate.add(x.topRows(100));  // in two parts, as two warm-up steps
  estimate.add(x.bottomRows(300));
  const Eigen::MatrixXd centred = x.matrix().rowwise() - x.matrix().colwise().mean();
  Eigen::MatrixXd expected = centred.transpose() * centred / 399 * (400.0 / 405);
  expected.diagonal().array() += 1e-3 * 5 / 405;
  // Rounding of sums over 400 numbers of order 1.
  EXPECT_TRUE(estimate.covariance().isApprox(expected, 1e-13));
  Mass mass(MassKind::dense, 3);
  mass.set_covariance(estimate.covariance());
  const Batch unit = Eigen::MatrixXd::Identity(3, 3);
  const Eigen::MatrixXd product = mass.times(mass.transposed_times(unit)).matrix();
  EXPECT_TRUE(product.isApprox(expected, 1e-13));
}

TEST(WarmupWindows, CoverAllOfTheirRangeAndDouble) {
  const WarmupWindows windows = WarmupWindows::of(1000);
  std::vector<Index> ends;
  for (Index step = 0; step < 1000; ++step) {
    if (windows.ends_at(step)) ends.push_back(step + 1);
  }
  EXPECT_EQ(ends, (std::vector<Index>{100, 150, 250, 450, 950}));  // Stan's own
  EXPECT_TRUE(WarmupWindows::of(20).ends_at(17));
}

}  // namespace
}  // namespace nmc
