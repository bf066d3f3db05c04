#include <gtest/gtest.h>

#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/cluster/wolff.hpp"
#include "samplers/simulation/simulation.hpp"

namespace nmc {
namespace {

Ising square(Index L, double beta) {
  return {make_graph(nmc::torus({L, L})), beta};
}

// Energy per site of eight chains after `warmup` steps, and clusters per step.
struct Warm {
  double energy = 0;
  Index clusters = 0;
};
Warm warm(const Ising& ising, const WolffOptions& options, Index warmup) {
  Wolff wolff(ising, options);
  SimulationOptions simulation_options;
  simulation_options.chains = 8;
  simulation_options.warmup = warmup;
  const Ranks ranks;
  const Threads threads;
  Simulation simulation(wolff, {}, simulation_options, ranks, threads);
  simulation.run();
  const Batch x = simulation.configurations();
  return {ising.energy(x).mean() / static_cast<double>(ising.sites()), wolff.clusters()};
}

// Kaufman, L = 64, beta_c: -1.4239 per site; the standard deviation of one configuration is
// sqrt(c/N)/beta = 0.053 with c = 2.19, of the mean of eight chains 0.0186; four of them.
TEST(WolffWarmup, EquilibratesTheCriticalTorusFromOrderAndFromDisorder) {
  const Ising ising = square(64, 0.44068679350977);
  EXPECT_NEAR(warm(ising, {0, SpinStart::up}, 60).energy, -1.4239, 0.075);
  EXPECT_NEAR(warm(ising, {0, SpinStart::random}, 60).energy, -1.4239, 0.075);
  EXPECT_NEAR(warm(ising, {1, SpinStart::random}, 60).energy, -1.4239, 0.075);
}

TEST(WolffWarmup, FindsHowManyClustersTurnTheLatticeAndKeepsANumberThatIsGiven) {
  // At beta = 0.2 a cluster holds some χ = 3 of 1024 spins, at beta = 0.8 nearly all.
  const Index hot = warm(square(32, 0.2), {0, SpinStart::up}, 40).clusters;
  EXPECT_GT(hot, 200);
  EXPECT_LT(hot, 600);
  EXPECT_EQ(warm(square(32, 0.8), {0, SpinStart::up}, 40).clusters, 1);
  EXPECT_EQ(warm(square(32, 0.2), {7, SpinStart::up}, 40).clusters, 7);
}

TEST(WolffWarmup, GoesOnFromItsStoredTuning) {
  const Ising ising = square(16, 0.3);
  Wolff wolff(ising, {0, SpinStart::up}), other(ising, {0, SpinStart::up});
  for (Index step = 0; step < 3; ++step)
    wolff.tuning()->adapt({step, 10, Column::Constant(1, 0.05), {}});
  set_numbers(other.tuning(), numbers_of(wolff.tuning()));
  for (Index step = 3; step < 10; ++step) {
    wolff.tuning()->adapt({step, 10, Column::Constant(1, 0.04), {}});
    other.tuning()->adapt({step, 10, Column::Constant(1, 0.04), {}});
  }
  EXPECT_EQ(wolff.clusters(), 25);
  EXPECT_EQ(other.clusters(), 25);
  EXPECT_FALSE(is_tuned(other.tuning()));
}

}  // namespace
}  // namespace nmc
