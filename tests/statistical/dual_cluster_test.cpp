#include <gtest/gtest.h>

#include <memory>

#include "core/statistics/summary.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/observables/observables.hpp"
#include "physics/systems/dual_ising.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/cluster/swendsen_wang.hpp"
#include "samplers/gibbs/updated_block_gibbs.hpp"
#include "samplers/simulation/simulation.hpp"

namespace nmc {
namespace {

// 4x4 at beta = 0.6, where block Gibbs alone changes the sign of the field once in thousands of
// steps. <m2> is that of the spins, by t = tanh x: (mean t)^2 - sum t^2 / N^2 + 1 / N. Enumerated:
// 0.952898058. Four standard errors: a false alarm in 16000 runs.
TEST(BlockGibbsWithClusters, GivesTheExactMomentOfTheDualFieldAndForgetsItsSign) {
  const Graph graph = make_graph(torus({4, 4}));
  const Ising spins(graph, 0.6);
  const DualIsing dual(graph, 0.6);
  UpdatedBlockGibbs gibbs(dual, dual,
                          {std::make_unique<SwendsenWang>(spins, SpinStart::random), 2});
  const FunctionObservable m2("m2", [&](const Batch& x) {
    const Batch t = dual.mean_spins(x);
    return Column(t.rowwise().mean().square() - t.square().rowwise().sum() / 256 + 1.0 / 16);
  });
  const FunctionObservable m(
      "m", [&](const Batch& x) { return Column(dual.mean_spins(x).rowwise().mean()); });
  SimulationOptions options;
  options.chains = 64;
  options.warmup = 20;
  options.draws = 200;
  const Ranks ranks;
  const Threads threads;
  Simulation simulation(gibbs, {&m2, &m}, options, ranks, threads);
  simulation.run();
  const auto square = statistics::summarise(simulation.records().values[0]);
  EXPECT_NEAR(square.mean, 0.9528980580, 4 * square.error);
  EXPECT_LT(statistics::summarise(simulation.records().values[1]).tau_int, 1);
}

}  // namespace
}  // namespace nmc
