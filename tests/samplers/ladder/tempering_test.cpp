#include "samplers/ladder/tempering.hpp"

#include <gtest/gtest.h>

#include "physics/exact/exact.hpp"
#include "physics/observables/observables.hpp"
#include "physics/observables/spin_observables.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "samplers/simulation/simulation.hpp"
#include "tests/samplers/ladder/ladder_systems.hpp"
#include "tests/samplers/test_densities.hpp"

namespace nmc {
namespace {

const std::vector<double> betas{0, 0.3, 0.5, 0.8, 1.2};

const Ising& glass() {
  static const Ising ising(test::small_glass(3, 3), 1);
  return ising;
}

/// exp(−β x⁴/4 …) on two sites: a ladder of real numbers.
class Scaled final : public Target {
 public:
  explicit Scaled(double beta) : beta_(beta) {}
  [[nodiscard]] Index sites() const override { return 2; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override {
    return beta_ * quartic_.log_density(x);
  }
  Column log_density_grad(const Batch& x, Batch& grad) const override {
    const Column log_p = quartic_.log_density_grad(x, grad);
    grad *= beta_;
    return beta_ * log_p;
  }

 private:
  double beta_;
  test::Quartic quartic_{2};
};

std::unique_ptr<LadderWalk> make_walk(const std::string& name) {
  if (name == "lanes") return test::plain_ladder(glass(), SpinLayout::lanes);
  if (name == "bytes") return test::plain_ladder(glass(), SpinLayout::bytes);
  if (name == "hmc")
    return std::make_unique<RungLadder>([](double beta) {
      HmcOptions options;
      options.n_steps = 3;
      options.mass = MassKind::diagonal;
      return test::own_rung<Scaled>(
          std::make_unique<Scaled>(beta + 0.2), [&](const Scaled& target) {
            return std::make_unique<MetropolisHastings>(hmc_sampler(target, options));
          });
    });
  return test::plain_rungs(glass().graph());
}

std::unique_ptr<Tempering> make(const std::string& name, bool adapts = true) {
  return std::make_unique<Tempering>(make_walk(name), TemperingOptions{betas, adapts, 2});
}

const FunctionObservable first_site("first", [](const Batch& x) { return Column(x.col(0)); });

SimulationOptions small() {
  SimulationOptions options;
  options.chains = 17;
  options.warmup = 64;
  options.draws = 12;
  options.thin = 2;
  options.seed = 11;
  options.keep_every = 3;
  return options;
}

class TemperingOf : public testing::TestWithParam<const char*> {};

void expect_equal(const Simulation& a, const Simulation& b) {
  ASSERT_EQ(a.records().names, b.records().names);
  for (std::size_t i = 0; i < a.records().values.size(); ++i)
    EXPECT_TRUE((a.records().values[i] == b.records().values[i]).all()) << a.records().names[i];
  EXPECT_TRUE((a.state().chains.memory == b.state().chains.memory).all());
  EXPECT_EQ(a.state().tuning, b.state().tuning);
}

TEST_P(TemperingOf, HasTheSameBitsForEveryChunkAndThreadCount) {
  const Ranks ranks;
  const auto first = make(GetParam());
  Simulation one(*first, {&first_site}, small(), ranks, Threads(1));
  ASSERT_TRUE(one.run());
  EXPECT_EQ(one.local_rows().count, 17 * 5);
  for (const Index chunk : {1, 20, 64}) {
    SimulationOptions options = small();
    options.chunk = chunk;
    const auto sampler = make(GetParam());
    const Threads threads(2);
    Simulation other(*sampler, {&first_site}, options, ranks, threads);
    ASSERT_TRUE(other.run());
    expect_equal(one, other);
  }
}

TEST_P(TemperingOf, GoesOnFromACheckpointAsIfItHadNotStopped) {
  const Ranks ranks;
  const Threads threads;
  const auto whole = make(GetParam());
  Simulation one(*whole, {&first_site}, small(), ranks, threads);
  ASSERT_TRUE(one.run());
  for (const bool stop_in_warmup : {true, false}) {
    const auto sampler = make(GetParam());
    SimulationOptions options = small();
    options.segment_seconds = 0;  // synchronise after every unit
    Simulation begun(*sampler, {&first_site}, options, ranks, threads);
    ASSERT_FALSE(begun.run([&](const Segment& segment) {
      return segment.is_warmup ? !(stop_in_warmup && segment.steps_done == 23)
                               : segment.steps_done < 5;
    }));
    const auto fresh = make(GetParam());
    Simulation resumed(*fresh, {&first_site}, small(), ranks, threads);
    resumed.resume(begun.state(), stop_in_warmup ? Records{} : begun.records());
    ASSERT_TRUE(resumed.run());
    expect_equal(one, resumed);
  }
}

TEST_P(TemperingOf, AdaptsItsLadderInWarmupAlone) {
  const Ranks ranks;
  const Threads threads;
  const auto sampler = make(GetParam());
  SimulationOptions options = small();
  options.segment_seconds = 0;
  Simulation simulation(*sampler, {&first_site}, options, ranks, threads);
  std::vector<double> measured;
  ASSERT_TRUE(simulation.run([&](const Segment& segment) {
    if (!segment.is_warmup && measured.empty()) measured = sampler->betas();
    return true;
  }));
  EXPECT_NE(measured, betas);
  EXPECT_EQ(measured.front(), betas.front());
  EXPECT_EQ(measured.back(), betas.back());
  EXPECT_EQ(sampler->betas(), measured);
  EXPECT_FALSE(is_tuned(sampler->tuning()));
  // 24 measured steps: every pair was tried in half of them, and nothing of warm-up is counted
  const auto summary = summarise_exchanges(simulation.state().chains.memory, 5);
  EXPECT_EQ(summary.steps, 24);
}

TEST_P(TemperingOf, KeepsReplicasApart) {
  const Ranks ranks;
  const Threads threads;
  const auto sampler = make(GetParam());
  Simulation simulation(*sampler, {&first_site}, small(), ranks, threads);
  ASSERT_TRUE(simulation.run());
  const Batch memory = simulation.state().chains.memory.rightCols(ReplicaMemory::parts);
  for (Index ladder = 0; ladder < 17; ++ladder) {
    std::vector<bool> seen(5, false);
    for (Index rung = 0; rung < 5; ++rung)
      seen[static_cast<std::size_t>(memory(5 * ladder + rung, ReplicaMemory::label))] = true;
    EXPECT_EQ(std::ranges::count(seen, true), 5);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryWalk, TemperingOf, testing::Values("lanes", "bytes", "rungs", "hmc"));

/// z of the mean energy at every beta against enumeration; errors from independent chains.
Column energy_z(Tempering& tempering, const Graph& graph) {
  SimulationOptions options;
  options.chains = 100;
  options.warmup = 60;
  options.draws = 100;
  options.seed = 3;
  const Ising ising(graph, 1);
  const auto observables = spin_observables(ising);
  const Ranks ranks;
  const Threads threads;
  Simulation simulation(tempering, {observables.front().get()}, options, ranks, threads);
  EXPECT_TRUE(simulation.run());
  const auto rungs = std::ssize(tempering.betas());
  Column z(rungs);
  for (Index rung = 0; rung < rungs; ++rung) {
    const double beta = tempering.betas()[static_cast<std::size_t>(rung)];
    const Batch energy =
        simulation.records().values.front()(Eigen::all, Eigen::seqN(rung, options.chains, rungs));
    const Column means = energy.colwise().mean().transpose();
    const double error = std::sqrt((means - means.mean()).square().sum() / (99.0 * 100));
    z(rung) = (means.mean() - *exact_spins(graph, beta).value->energy) / error;
  }
  return z;
}

TEST(Tempering, HasTheExactEnergyAtEveryTemperature) {
  // 15 values beyond |z| = 4.5 with 99 degrees of freedom: a false alarm in 3000 seeds.
  for (const char* name : {"lanes", "bytes", "rungs"}) {
    const auto tempering = make(name);
    EXPECT_LT(energy_z(*tempering, glass().graph()).abs().maxCoeff(), 4.5) << name;
  }
}

TEST(Tempering, RefusesLaddersThatAreNone) {
  const auto with = [](std::vector<double> ladder) {
    return Tempering(test::plain_ladder(glass(), SpinLayout::lanes), {std::move(ladder), false, 1});
  };
  EXPECT_THROW(with({1.0}), UserError);
  EXPECT_THROW(with({0.5, 0.5}), UserError);
  EXPECT_THROW(with({1.0, 0.5}), UserError);
  EXPECT_THROW(with({-0.5, 0.5}), UserError);
}

TEST(EvenBarrier, IsAFixedPointOfEqualRejectionsAndFindsIt) {
  const auto barrier = [](double beta) { return std::tanh(3 * beta) + 0.2 * beta; };
  std::vector<double> ladder{0, 0.25, 0.5, 0.75, 1};
  const auto rejection = [&] {
    std::vector<double> rate;
    for (std::size_t r = 0; r + 1 < ladder.size(); ++r)
      rate.push_back(barrier(ladder[r + 1]) - barrier(ladder[r]));
    return rate;
  };
  for (int round = 0; round < 5; ++round) ladder = even_barrier(ladder, rejection());
  for (const double rate : rejection()) EXPECT_NEAR(rate, barrier(1) / 4, 0.01 * barrier(1));
  EXPECT_EQ(ladder.front(), 0);
  EXPECT_EQ(ladder.back(), 1);
}

TEST(Replicas, CountRoundTripsFromTheHotEndToTheColdOneAndBack) {
  Batch memory = fresh_replicas(3, 3, 0);
  const Column all = Column::Ones(3);
  const auto exchange = [&](Index lower) {
    std::vector<std::uint8_t> marks(3, 0);
    marks[static_cast<std::size_t>(lower)] = 1;
    Column alpha = Column::Constant(3, std::nan(""));
    alpha(lower) = 0.5;
    count_exchanges(alpha, marks, 3, memory);
  };
  for (const Index lower : {0, 1, 1, 0}) exchange(lower);  // replica 0 to the cold end and back
  EXPECT_EQ(memory(0, ReplicaMemory::label), 0);
  EXPECT_EQ(memory(0, ReplicaMemory::trips), 1);
  const ExchangeSummary summary = summarise_exchanges(memory, 3);
  EXPECT_EQ(summary.round_trips, 1);
  EXPECT_EQ(summary.round_trip_time, 12);  // three replicas, four steps each
  EXPECT_EQ(summary.steps, 4);
  EXPECT_EQ(summary.barrier, 1);
  EXPECT_EQ(summary.best_time, 6);
  EXPECT_EQ(summary.accepted(0), 1);
  EXPECT_EQ(summary.hot_fraction(0), 1);
  EXPECT_EQ(summary.hot_fraction(2), 0);  // the replica that began there had been nowhere yet
}

}  // namespace
}  // namespace nmc
