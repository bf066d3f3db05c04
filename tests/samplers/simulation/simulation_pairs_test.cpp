#include <gtest/gtest.h>

#include "physics/observables/callen.hpp"
#include "physics/observables/lattice_observables.hpp"
#include "physics/observables/overlap.hpp"
#include "physics/observables/spectrum.hpp"
#include "samplers/simulation/simulation.hpp"
#include "tests/samplers/ladder/ladder_systems.hpp"

/// Numbers of pairs of replicas and sums of arrays, in runs of any chunk, thread and ladder.
namespace nmc {
namespace {

struct PairSetting {
  PairSetting() : ising(glass(), 0.4), fourier({4, 4}) {
    for (auto* list : {&overlaps, &others})
      for (const auto& observable : *list) observables.push_back(observable.get());
    options.chains = 84;
    options.warmup = 2;
    options.draws = 7;
    options.keep_every = 1;
    options.arrays = {&spectrum, &spectrum_q};
    options.arrays_every = 3;
  }
  static Graph glass() {
    Graph graph = test::small_glass(4, 4);
    graph.bonds.resize(graph.bonds.size() - 3);
    return graph;
  }
  [[nodiscard]] std::unique_ptr<Sampler> sampler(Index rungs, SpinLayout layout) const {
    if (rungs == 1) return std::make_unique<test::PlainHeatBath>(ising, std::vector{0.4}, layout);
    TemperingOptions ladder;
    for (Index r = 0; r < rungs; ++r) ladder.betas.push_back(0.1 + 0.1 * static_cast<double>(r));
    return std::make_unique<Tempering>(test::plain_ladder(ising, layout), ladder);
  }

  Ising ising;
  TorusFilter fourier;
  Spectrum spectrum{"structure_factor", fourier, false};
  Spectrum spectrum_q{"structure_factor_q", fourier, true};
  Observables overlaps = overlap_observables(ising, {{4, 4}, false});
  Observables others = lattice_observables({{4, 4}, false});
  std::vector<const Observable*> observables;
  SimulationOptions options;
};

struct Outcome {
  Records records;
  Batch sums;
  std::vector<double> kept;  ///< [draw, row, site]
};

Outcome run(const PairSetting& setting, Sampler& sampler, Index chunk, int count) {
  SimulationOptions options = setting.options;
  options.chunk = chunk;
  const Ranks ranks;
  const Threads threads(count);
  Simulation simulation(sampler, setting.observables, options, ranks, threads);
  Outcome outcome;
  EXPECT_TRUE(simulation.run([&](const Segment& segment) {
    if (!segment.is_warmup)
      outcome.kept.insert(outcome.kept.end(), segment.configurations->begin(),
                          segment.configurations->end());
    return true;
  }));
  outcome.records = simulation.records();
  outcome.sums = simulation.state().sums;
  EXPECT_EQ(simulation.array_draws(), 3);  // draws 0, 3 and 6
  return outcome;
}

Batch configurations(const Outcome& outcome, Index draw, Index rows) {
  using Rows = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const Rows>(outcome.kept.data() + draw * rows * 16, rows, 16);
}

class Pairs : public testing::TestWithParam<std::pair<Index, SpinLayout>> {};

TEST_P(Pairs, AreChainsSideBySideAtTheSameTemperature) {
  const PairSetting setting;
  const auto [rungs, layout] = GetParam();
  const auto sampler = setting.sampler(rungs, layout);
  const Outcome outcome = run(setting, *sampler, 64, 1);
  const Index rows = 84 * rungs;
  Batch sums = Batch::Zero(rows, 2 * setting.fourier.modes());
  for (Index draw = 0; draw < 7; ++draw) {
    const Batch x = configurations(outcome, draw, rows);
    Batch q(rows, 16);
    for (Index row = 0; row < rows; ++row) {
      const Index chain = row / rungs, partner = (chain ^ 1) * rungs + row % rungs;
      q.row(row) = x.row(row) * x.row(partner);
    }
    for (std::size_t i = 0; i < setting.observables.size(); ++i) {
      const Observable& observable = *setting.observables[i];
      const Column expected = observable.measure(observable.traits().is_of_pairs ? q : x);
      const Column got = outcome.records.values[i].row(draw).transpose();
      // A mean of 16 numbers of order 1 in another order.
      EXPECT_LT((got - expected).abs().maxCoeff(), 1e-13) << observable.name();
    }
    if (draw % 3 != 0) continue;
    setting.fourier.add_power(x, sums.leftCols(setting.fourier.modes()));
    setting.fourier.add_power(q, sums.rightCols(setting.fourier.modes()));
  }
  for (Index row = 0; row < rows; ++row) {
    if (row / rungs % 2 == 1) sums.row(row).tail(setting.fourier.modes()).setZero();
  }
  for (Index row = 0; row < rows; ++row) {
    const Index columns = (row / rungs % 2 == 1 ? 1 : 2) * setting.fourier.modes();
    EXPECT_TRUE((outcome.sums.row(row).head(columns) == sums.row(row).head(columns)).all()) << row;
  }
}

TEST_P(Pairs, HaveTheSameBitsForEveryChunkAndThreadCount) {
  const PairSetting setting;
  const auto [rungs, layout] = GetParam();
  const auto sampler = setting.sampler(rungs, layout);
  const Outcome one = run(setting, *sampler, 1000, 1);
  for (const Index chunk : {1, 10, 64}) {
    const Outcome other = run(setting, *sampler, chunk, 2);
    for (std::size_t i = 0; i < one.records.values.size(); ++i)
      EXPECT_TRUE((one.records.values[i] == other.records.values[i]).all())
          << one.records.names[i] << " " << chunk;
    EXPECT_TRUE(
        (one.sums.leftCols(setting.fourier.modes()) == other.sums.leftCols(setting.fourier.modes()))
            .all());
  }
}

INSTANTIATE_TEST_SUITE_P(EveryLadder, Pairs,
                         testing::Values(std::pair{Index{1}, SpinLayout::lanes},
                                         std::pair{Index{1}, SpinLayout::bytes},
                                         std::pair{Index{5}, SpinLayout::lanes},
                                         std::pair{Index{5}, SpinLayout::bytes}));

TEST(Arrays, GoOnFromACheckpointAsIfTheyHadNotStopped) {
  const PairSetting setting;
  const Ranks ranks;
  const Threads threads(2);
  const auto sampler = setting.sampler(1, SpinLayout::lanes);
  const Outcome whole = run(setting, *sampler, 10, 1);
  for (const Index stop : {1, 3, 4}) {
    SimulationOptions options = setting.options;
    options.segment_seconds = 0;
    Simulation begun(*sampler, setting.observables, options, ranks, threads);
    ASSERT_FALSE(begun.run([&](const Segment& s) { return s.is_warmup || s.steps_done < stop; }));
    Simulation resumed(*sampler, setting.observables, setting.options, ranks, threads);
    resumed.resume(begun.state(), begun.records());
    ASSERT_TRUE(resumed.run());
    const Index modes = setting.fourier.modes();
    EXPECT_TRUE((resumed.state().sums.leftCols(modes) == whole.sums.leftCols(modes)).all());
    for (Index pair = 0; pair < 42; ++pair)
      EXPECT_TRUE((resumed.state().sums.row(2 * pair) == whole.sums.row(2 * pair)).all());
  }
}

TEST(Pairs, NeedAnEvenNumberOfChains) {
  PairSetting setting;
  setting.options.chains = 7;
  const auto sampler = setting.sampler(1, SpinLayout::lanes);
  const Ranks ranks;
  const Threads threads;
  try {
    Simulation(*sampler, setting.observables, setting.options, ranks, threads);
    FAIL() << "seven chains are no pairs";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("sampler.chains = 7 is odd; make it even"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace nmc
