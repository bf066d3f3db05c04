#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "physics/graphs/lattice.hpp"
#include "physics/observables/callen.hpp"
#include "physics/observables/lattice_observables.hpp"
#include "physics/observables/overlap.hpp"
#include "physics/observables/spin_observables.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/local/local_spins.hpp"
#include "samplers/simulation/simulation.hpp"

/// Runs of packed spins: the same bits for every cut into chunks and threads, and through a stop.
namespace nmc {
namespace {

Graph graph_of(const std::string& kind) {
  if (kind == "strips") return make_graph(torus({128, 16}));
  Graph graph = make_graph(torus({4, 3}));
  graph.torus.clear();
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = kind == "real" ? std::sin(1.0 + static_cast<double>(b))
                       : b % 3 == 0   ? -1
                                      : 1;
  return graph;
}

SimulationOptions small_spin_run() {
  SimulationOptions options;
  options.chains = 150;
  options.warmup = 9;
  options.draws = 7;
  options.thin = 3;
  options.seed = 11;
  options.keep_every = 2;
  return options;
}

struct SpinSetting {
  explicit SpinSetting(const std::string& kind)
      : ising(graph_of(kind), 0.4), sampler(ising, {}), all(spin_observables(ising)) {
    const Periodic lattice{
        kind == "strips" ? std::vector<Index>{128, 16} : std::vector<Index>{4, 3}, false};
    std::ranges::move(lattice_observables(lattice), std::back_inserter(all));
    std::ranges::move(overlap_observables(ising, lattice), std::back_inserter(all));
    all.push_back(std::make_unique<Callen>(ising));
    for (const auto& observable : all) observables.push_back(observable.get());
  }
  Ising ising;
  LocalSpins sampler;
  Observables all;
  std::vector<const Observable*> observables;
};

void expect_same_spins(const Records& a, const Records& b) {
  ASSERT_EQ(a.names, b.names);
  for (std::size_t i = 0; i < a.values.size(); ++i)
    EXPECT_TRUE((a.values[i] == b.values[i]).all()) << a.names[i];
}

class PackedSimulation : public testing::TestWithParam<const char*> {};

TEST_P(PackedSimulation, HasTheSameBitsForEveryChunkAndThreadCount) {
  SpinSetting setting(GetParam());
  const Ranks ranks;
  Simulation one(setting.sampler, setting.observables, small_spin_run(), ranks, Threads(1));
  ASSERT_TRUE(one.run());
  for (const Index chunk : {1, 7, 64, 512}) {
    SimulationOptions options = small_spin_run();
    options.chunk = chunk;
    const Threads threads(2);
    Simulation other(setting.sampler, setting.observables, options, ranks, threads);
    ASSERT_TRUE(other.run());
    expect_same_spins(one.records(), other.records());
  }
}

TEST_P(PackedSimulation, GoesOnFromACheckpointAsIfItHadNotStopped) {
  SpinSetting setting(GetParam());
  const Ranks ranks;
  const Threads threads;
  Simulation one(setting.sampler, setting.observables, small_spin_run(), ranks, threads);
  ASSERT_TRUE(one.run());
  for (const bool stop_in_warmup : {true, false}) {
    SimulationOptions options = small_spin_run();
    options.segment_seconds = 0;
    Simulation begun(setting.sampler, setting.observables, options, ranks, threads);
    ASSERT_FALSE(begun.run([&](const Segment& segment) {
      return segment.is_warmup ? !(stop_in_warmup && segment.steps_done == 5)
                               : segment.steps_done < 3;
    }));
    Simulation resumed(setting.sampler, setting.observables, small_spin_run(), ranks, threads);
    resumed.resume(begun.state(), stop_in_warmup ? Records{} : begun.records());
    ASSERT_TRUE(resumed.run());
    expect_same_spins(one.records(), resumed.records());
  }
}

TEST_P(PackedSimulation, MeasuresPackedSpinsAsTheirConfigurations) {
  SpinSetting setting(GetParam());
  const Ranks ranks;
  const Threads threads;
  SimulationOptions options = small_spin_run();
  options.keep_every = 1;
  Simulation simulation(setting.sampler, setting.observables, options, ranks, threads);
  std::vector<double> kept;
  ASSERT_TRUE(simulation.run([&](const Segment& segment) {
    if (!segment.is_warmup)
      kept.insert(kept.end(), segment.configurations->begin(), segment.configurations->end());
    return true;
  }));
  const Index sites = setting.ising.sites();
  using Rows = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Batch last =
      Eigen::Map<Rows>(kept.data() + 6 * 150 * sites, 150, sites);  // of draw 6, the last
  Batch products = last;
  for (Index row = 0; row < 150; ++row) products.row(row) *= last.row(row ^ 1);
  for (std::size_t i = 0; i < setting.observables.size(); ++i) {
    const Observable& observable = *setting.observables[i];
    const Column expected = observable.measure(observable.traits().is_of_pairs ? products : last);
    const Column found = simulation.records().values[i].row(6).transpose();
    EXPECT_LT((found - expected).abs().maxCoeff(), 1e-12 * (1 + expected.abs().maxCoeff()));
  }
}

INSTANTIATE_TEST_SUITE_P(EveryKernel, PackedSimulation, testing::Values("lanes", "real", "strips"));

}  // namespace
}  // namespace nmc
