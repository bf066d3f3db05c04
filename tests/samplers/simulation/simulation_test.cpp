#include "samplers/simulation/simulation.hpp"

#include <gtest/gtest.h>

#include "core/roles/latent_target.hpp"
#include "samplers/composite.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "samplers/hamiltonian/latent_sampler.hpp"
#include "samplers/proposal/independence.hpp"
#include "samplers/proposal/random_walk.hpp"
#include "tests/samplers/test_densities.hpp"

namespace nmc {
namespace {

constexpr Index sites = 3;
const test::Quartic quartic(sites);
const test::SinhFlow flow(sites);
const LatentTarget latent(flow, quartic);
const test::Mean mean;

std::unique_ptr<Sampler> make(const std::string& name) {
  HmcOptions options;
  options.n_steps = 3;
  options.mass = name == "dense hmc" ? MassKind::dense : MassKind::diagonal;
  if (name == "latent hmc") {
    return std::make_unique<LatentSampler>(
        latent, std::make_unique<MetropolisHastings>(hmc_sampler(latent, options)));
  }
  if (name == "independence")
    return std::make_unique<MetropolisHastings>(independence_sampler(quartic, flow));
  if (name == "random walk")
    return std::make_unique<MetropolisHastings>(random_walk_sampler(quartic, {}));
  auto hmc = std::make_unique<MetropolisHastings>(hmc_sampler(quartic, options));
  if (name != "cycle" && name != "mixture") return hmc;
  std::vector<CompositeSampler::Part> parts;
  parts.push_back({std::move(hmc), 1, "hmc"});
  parts.push_back({make("independence"), 2, "independence"});
  return std::make_unique<CompositeSampler>(
      name == "cycle" ? CompositeSampler::Mode::cycle : CompositeSampler::Mode::mixture,
      std::move(parts));
}

const char* const all_samplers[] = {"hmc",         "dense hmc", "latent hmc", "independence",
                                    "random walk", "cycle",     "mixture"};

SimulationOptions small() {
  SimulationOptions options;
  options.chains = 70;
  options.warmup = 40;
  options.draws = 12;
  options.thin = 2;
  options.seed = 11;
  options.keep_every = 3;
  return options;
}

void expect_equal(const Records& a, const Records& b) {
  ASSERT_EQ(a.names, b.names);
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    // A part of a mixture that was not run is NaN.
    const auto both_nan = a.values[i].isNaN() && b.values[i].isNaN();
    EXPECT_TRUE((a.values[i] == b.values[i] || both_nan).all()) << a.names[i];
  }
}

class SimulationOf : public testing::TestWithParam<const char*> {};

TEST_P(SimulationOf, HasTheSameBitsForEveryChunkAndThreadCount) {
  const Ranks ranks;
  const auto first = make(GetParam());
  Simulation one(*first, {&mean}, small(), ranks, Threads(1));
  ASSERT_TRUE(one.run());
  for (const Index chunk : {1, 7, 64}) {
    SimulationOptions options = small();
    options.chunk = chunk;
    const auto sampler = make(GetParam());
    const Threads threads(2);
    Simulation other(*sampler, {&mean}, options, ranks, threads);
    ASSERT_TRUE(other.run());
    expect_equal(one.records(), other.records());
  }
}

TEST_P(SimulationOf, GoesOnFromACheckpointAsIfItHadNotStopped) {
  const Ranks ranks;
  const Threads threads;
  const auto whole = make(GetParam());
  Simulation one(*whole, {&mean}, small(), ranks, threads);
  ASSERT_TRUE(one.run());
  for (const bool stop_in_warmup : {true, false}) {
    const auto sampler = make(GetParam());
    SimulationOptions options = small();
    options.segment_seconds = 0;  // synchronise after every unit
    Simulation begun(*sampler, {&mean}, options, ranks, threads);
    ASSERT_FALSE(begun.run([&](const Segment& segment) {
      return segment.is_warmup ? !(stop_in_warmup && segment.steps_done == 23)
                               : segment.steps_done < 5;
    }));
    const auto fresh = make(GetParam());
    Simulation resumed(*fresh, {&mean}, small(), ranks, threads);
    resumed.resume(begun.state(), stop_in_warmup ? Records{} : begun.records());
    ASSERT_TRUE(resumed.run());
    expect_equal(one.records(), resumed.records());
  }
}

TEST_P(SimulationOf, HasTheSameDrawsWhereItHoldsAFewAtATime) {
  const Ranks ranks;
  const Threads threads;
  const auto whole = make(GetParam()), in_parts = make(GetParam());
  Simulation one(*whole, {&mean}, small(), ranks, threads);
  ASSERT_TRUE(one.run());
  SimulationOptions options = small();
  options.held_draws = 5;
  Simulation other(*in_parts, {&mean}, options, ranks, threads);
  Records collected = one.records();
  for (Batch& values : collected.values) values.setZero();
  const auto collect = [&] {
    const Range held = other.held();
    for (std::size_t i = 0; i < collected.values.size(); ++i)
      collected.values[i].middleRows(held.first, held.count) =
          other.records().values[i].topRows(held.count);
    other.forget_draws();
  };
  ASSERT_TRUE(other.run([&](const Segment&) {
    EXPECT_LE(other.held().count, 5);
    if (other.room() == 0) collect();
    return true;
  }));
  collect();
  expect_equal(one.records(), collected);
}

TEST_P(SimulationOf, KeepsItsCachesCurrent) {
  const auto sampler = make(GetParam());
  const Ranks ranks;
  const Threads threads;
  Simulation simulation(*sampler, {&mean}, small(), ranks, threads);
  ASSERT_TRUE(simulation.run());
  const ChainState state = simulation.state().chains;
  ChainState fresh;
  fresh.x = state.x;
  sampler->init(fresh, {}, state.x.rows());
  EXPECT_TRUE((state.log_p == fresh.log_p).all());
}

INSTANTIATE_TEST_SUITE_P(EverySampler, SimulationOf, testing::ValuesIn(all_samplers),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase(name, ' ');
                           return name;
                         });

TEST(Simulation, BinsAreTheMeansOfTheMeasurementsOfARunWithoutThem) {
  const Ranks ranks;
  const Threads threads(2);
  SimulationOptions options = small();
  options.keep_every = 0;
  const auto single = make("cycle"), binned = make("cycle");
  Simulation every(*single, {&mean}, options, ranks, threads);
  options.draws = 4;
  options.bin = 3;
  Simulation means(*binned, {&mean}, options, ranks, threads);
  ASSERT_TRUE(every.run());
  ASSERT_TRUE(means.run());
  EXPECT_TRUE((every.configurations() == means.configurations()).all());
  const std::size_t columns = every.records().values.size();
  for (std::size_t i = 0; i < columns; ++i)
    for (Index draw = 0; draw < 4; ++draw)
      EXPECT_LT((means.records().values[i].row(draw) -
                 every.records().values[i].middleRows(3 * draw, 3).colwise().mean())
                    .abs()
                    .maxCoeff(),
                1e-13);
}

TEST(Simulation, KeepsTheConfigurationsItMeasures) {
  const auto sampler = make("latent hmc");
  const Ranks ranks;
  const Threads threads(2);
  Simulation simulation(*sampler, {&mean}, small(), ranks, threads);
  std::vector<double> kept;
  Index expected_first = 0;
  ASSERT_TRUE(simulation.run([&](const Segment& segment) {
    if (segment.is_warmup) return true;
    EXPECT_EQ(segment.kept.first, expected_first);
    expected_first = segment.kept.end();
    kept.insert(kept.end(), segment.configurations->begin(), segment.configurations->end());
    return true;
  }));
  ASSERT_EQ(kept.size(), 4U * 70U * sites);  // draws 0, 3, 6, 9
  for (Index k = 0; k < 4; ++k) {
    for (Index chain = 0; chain < 70; ++chain) {
      const Eigen::Map<const Batch> x(kept.data() + (k * 70 + chain) * sites, 1, sites);
      EXPECT_EQ(mean.measure(x)(0), simulation.records().values[0](3 * k, chain));
    }
  }
}

TEST(Simulation, NamesChainAndStepOfANonFiniteDensityAndKeepsTheLastGoodState) {
  const test::Broken broken(1, 1.5);
  MetropolisHastings hmc = hmc_sampler(broken, {});
  const Ranks ranks;
  const Threads threads;
  SimulationOptions options;
  options.chains = 130;
  Simulation simulation(hmc, {}, options, ranks, threads);
  try {
    simulation.run();
    FAIL() << "no chain of 130 starts outside 1.5 sigma?";
  } catch (const NumericalError& error) {
    ASSERT_TRUE(simulation.failure().has_value());
    EXPECT_GE(std::abs(simulation.failure()->configuration(0, 0)), 1.5);
    const std::string chain = std::to_string(simulation.failure()->chain);
    EXPECT_NE(std::string(error.what()).find("chain " + chain + " is not finite at step 0"),
              std::string::npos)
        << error.what();
  }
}

TEST(Simulation, RejectsAndCountsNonFiniteProposals) {
  const test::Broken broken(1, 1.5);
  RandomWalkOptions walk;
  walk.start_width = 0.01;
  walk.width = 1;
  walk.target_acceptance = 0;
  MetropolisHastings sampler = random_walk_sampler(broken, walk);
  const Ranks ranks;
  const Threads threads;
  SimulationOptions options;
  options.draws = 50;
  Simulation simulation(sampler, {&mean}, options, ranks, threads);
  ASSERT_TRUE(simulation.run());
  EXPECT_LT(simulation.records().values[0].abs().maxCoeff(), 1.5);
  EXPECT_GT(simulation.records().values[4].sum(), 0);  // diverging
}

TEST(Simulation, CountsTheLongestRunOfRejections) {
  const auto sampler = make("independence");
  const Ranks ranks;
  const Threads threads;
  SimulationOptions options = small();
  options.thin = 1;
  options.draws = 60;
  Simulation simulation(*sampler, {&mean}, options, ranks, threads);
  ASSERT_TRUE(simulation.run());
  const Batch& accepted = simulation.records().values[3];
  for (Index chain = 0; chain < 70; ++chain) {
    double now = 0, longest = 0;
    for (Index draw = 0; draw < 60; ++draw) {
      now = accepted(draw, chain) != 0 ? 0 : now + 1;
      longest = std::max(longest, now);
    }
    EXPECT_EQ(simulation.state().rejected_longest(chain), longest);
  }
}

TEST(Simulation, RefusesOptionsThatMakeNoSense) {
  const auto sampler = make("hmc");
  const Ranks ranks;
  const Threads threads;
  for (const auto& spoil : std::vector<void (*)(SimulationOptions&)>{
           [](SimulationOptions& o) { o.chains = 0; }, [](SimulationOptions& o) { o.draws = 0; },
           [](SimulationOptions& o) { o.thin = 0; }, [](SimulationOptions& o) { o.warmup = -1; }}) {
    SimulationOptions options = small();
    spoil(options);
    EXPECT_THROW(Simulation(*sampler, {}, options, ranks, threads), UserError);
  }
}

// 70 chains whose proposals are taken with a probability well below 1: some have not moved.
TEST(Simulation, BeginsWithTheConfigurationsThatItIsGiven) {
  for (const char* name : {"random walk", "independence"}) {
    const auto sampler = make(name);
    SimulationOptions options = small();
    options.warmup = 0;
    options.draws = options.thin = 1;
    Batch given(options.chains, sites);
    fill_normal({.seed = 3}, given);
    options.start = [&](Range rows) { return given.middleRows(rows.first, rows.count).eval(); };
    const Ranks ranks;
    const Threads threads;
    Simulation simulation(*sampler, {&mean}, options, ranks, threads);
    simulation.run();
    const Batch x = simulation.configurations();
    Index still = 0;
    for (Index c = 0; c < x.rows(); ++c) still += (x.row(c) == given.row(c)).all() ? 1 : 0;
    EXPECT_GT(still, 0) << name;
    EXPECT_LT(still, options.chains) << name;
  }
}

}  // namespace
}  // namespace nmc
