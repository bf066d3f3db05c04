#include "samplers/population/annealing.hpp"

#include <gtest/gtest.h>

#include <numbers>
#include <numeric>

#include "core/statistics/significance.hpp"
#include "core/statistics/weighted_runs.hpp"
#include "physics/exact/exact.hpp"
#include "physics/observables/observables.hpp"
#include "physics/observables/spin_observables.hpp"
#include "samplers/local/local_spins.hpp"
#include "samplers/population/weighted_walk.hpp"
#include "tests/samplers/ladder/ladder_systems.hpp"

namespace nmc {
namespace {

using C = AnnealingColumns;

const Ising& glass() {
  static const Ising ising = [] {
    Graph graph = make_graph({{4, 4}, {true, true}});
    graph.torus.clear();
    for (std::size_t b = 0; b < graph.bonds.size(); ++b) graph.bonds[b].J = b * 7 % 5 < 2 ? -1 : 1;
    return Ising(graph, 1);
  }();
  return ising;
}

std::unique_ptr<Sampler> heat_bath(double beta) {
  LocalSpinsOptions options;
  options.rule = LocalRule::heat_bath;
  return std::make_unique<LocalSpins>(glass(), options, std::vector{beta});
}

Annealing annealing(AnnealingMethod method, Index population, const Threads& threads) {
  return {annealed(glass()), heat_bath, {method, population, 3, 5}, threads};
}

std::vector<const Observable*> energy_alone() {
  static const Observables all = spin_observables(glass());
  return {all.front().get()};
}

TEST(SystematicCopies, HaveTheExactSumAndExpectation) {
  Column log_weight(7);
  log_weight << 0.3, -2, 1.1, -0.4, 0, -30, 0.9;
  const Column weight = log_weight.exp() / log_weight.exp().sum();
  Column mean = Column::Zero(7);
  constexpr int cells = 2000;  // u runs through equal cells: the mean is right to 1 / cells
  for (int k = 0; k < cells; ++k) {
    const auto copies = systematic_copies(log_weight, (k + 0.5) / cells);
    EXPECT_EQ(std::accumulate(copies.begin(), copies.end(), Index{0}), 7);
    for (Index i = 0; i < 7; ++i) {
      const auto n = static_cast<double>(copies[static_cast<std::size_t>(i)]);
      EXPECT_LT(std::abs(n - 7 * weight(i)), 1);
      mean(i) += n / cells;
    }
  }
  EXPECT_LT((mean - 7 * weight).abs().maxCoeff(), 2.0 / cells);
}

TEST(CulledFraction, IsThatOfTheSystematicCopiesOnAverage) {
  Batch z(4000, 1);
  fill_normal({1, 2, 0, Purpose::test}, z);
  const Column log_weight = 0.4 * z.col(0);
  const auto copies = systematic_copies(log_weight, 0.37);
  const double culled = static_cast<double>(std::ranges::count(copies, 0)) / 4000;
  EXPECT_NEAR(culled_fraction(log_weight), culled, 4 * std::sqrt(0.25 / 4000));
}

TEST(Population, IsResampledAsRowsOfNumbersAre) {
  for (const bool is_packed : {true, false}) {
    const Threads threads(2);
    const std::unique_ptr<Sampler> sampler =
        is_packed
            ? heat_bath(1)
            : std::make_unique<test::PlainHeatBath>(glass(), std::vector{1.0}, SpinLayout::bytes);
    const Index rows = 2 * Population::kChunk + 77;
    Population population(annealed(glass()).energy, *sampler, {9, 0, 0, Purpose::test},
                          {rows, threads});
    const auto m = [&](Index site) {
      const FunctionObservable spin("s", [site](const Batch& x) { return Column(x.col(site)); });
      return population.measure(spin);
    };
    Batch before(rows, 16);
    for (Index site = 0; site < 16; ++site) before.col(site) = m(site);
    Batch u(rows, 1);
    fill_uniform({9, 1, 0, Purpose::test}, u);
    const auto copies = systematic_copies(2 * u.col(0), 0.5);
    const auto origin = population.resample(copies);
    std::vector<Index> seen(copies.size(), 0);
    for (Index row = 0; row < rows; ++row) {
      const Index from = origin[static_cast<std::size_t>(row)];
      ++seen[static_cast<std::size_t>(from)];
      EXPECT_TRUE(from == row || copies[static_cast<std::size_t>(row)] == 0);
    }
    EXPECT_EQ(seen, copies);
    for (Index site = 0; site < 16; ++site) {
      const Column after = m(site);
      for (Index row = 0; row < rows; ++row)
        EXPECT_EQ(after(row), before(origin[static_cast<std::size_t>(row)], site));
    }
  }
}

TEST(Annealing, HasTheSameBitsForEveryThreadCount) {
  for (const auto method : {AnnealingMethod::population, AnnealingMethod::importance}) {
    const Threads one(1), three(3);
    const Annealing a = annealing(method, 1300, one), b = annealing(method, 1300, three);
    const auto schedule = a.pilot_schedule(2, 0.1);
    EXPECT_EQ(schedule, b.pilot_schedule(2, 0.1));
    const Batch four = a.run(4, a.prepare(schedule), energy_alone());
    EXPECT_TRUE((four == b.run(4, b.prepare(schedule), energy_alone())).all());
    EXPECT_FALSE((four == a.run(3, a.prepare(schedule), energy_alone())).all());
  }
}

TEST(Annealing, PilotCullsTheFractionThatWasAskedFor) {
  const Threads threads;
  const Annealing a = annealing(AnnealingMethod::population, 4000, threads);
  const auto schedule = a.pilot_schedule(2, 0.1);
  EXPECT_EQ(schedule.front(), 0);
  EXPECT_EQ(schedule.back(), 2);
  const Batch table = a.run(1, a.prepare(schedule), energy_alone());
  // the last step takes what is left, and 2048 pilots know a fraction of 0.1 to 0.01
  for (Index step = 1; step + 1 < table.rows(); ++step)
    EXPECT_NEAR(table(step, C::culled), 0.1, 0.03);
}

/// Runs over the schedule, combined at every temperature.
struct Outcome {
  std::vector<double> betas;
  std::vector<statistics::CombinedRuns> steps;
  std::vector<Batch> runs;
};

Outcome anneal(AnnealingMethod method, Index population, Index runs) {
  const Threads threads;
  const Annealing a = annealing(method, population, threads);
  Outcome outcome{a.pilot_schedule(1.5, 0.1), {}, {}};
  const Annealing::Schedule schedule = a.prepare(outcome.betas);
  for (Index r = 1; r <= runs; ++r) outcome.runs.push_back(a.run(r, schedule, energy_alone()));
  for (Index step = 0; step < std::ssize(outcome.betas); ++step) {
    statistics::EstimatedRuns estimated{Column(runs), Batch(runs, 1)};
    for (Index r = 0; r < runs; ++r) {
      const Batch& table = outcome.runs[static_cast<std::size_t>(r)];
      estimated.lnZ(r) = table(step, C::lnZ);
      estimated.means(r, 0) = table(step, C::observables);
    }
    outcome.steps.push_back(statistics::combine_runs(estimated));
  }
  return outcome;
}

class AnnealingOf : public testing::TestWithParam<AnnealingMethod> {};

TEST_P(AnnealingOf, AgreesWithEnumerationAtEveryTemperature) {
  constexpr Index runs = 60;
  const Outcome outcome = anneal(GetParam(), 500, runs);
  // Some 30 values of Student's t with 59 degrees of freedom, tied to each other: beyond 4.5 once
  // in 1000 seeds.
  for (std::size_t step = 1; step < outcome.betas.size(); ++step) {
    const Exact exact = *exact_spins(glass().graph(), outcome.betas[step]).value;
    const auto& combined = outcome.steps[step];
    EXPECT_LT(std::abs(combined.lnZ - exact.lnZ), 4.5 * combined.lnZ_error);
    EXPECT_LT(std::abs(combined.means(0) - *exact.energy), 4.5 * combined.errors(0));
    EXPECT_LT(combined.lnZ_error, 0.02);
  }
  EXPECT_EQ(outcome.steps.front().lnZ, 16 * std::numbers::ln2);
}

TEST_P(AnnealingOf, EstimatesZWithoutBiasFromSmallPopulations) {
  // Twenty configurations: ln Z_r is biased by half its variance, Z_r is not.
  constexpr Index runs = 400;
  const Outcome outcome = anneal(GetParam(), 20, runs);
  const double exact = exact_spins(glass().graph(), 1.5).value->lnZ;
  const auto& last = outcome.steps.back();
  EXPECT_LT(std::abs(last.lnZ - exact), 4 * last.lnZ_error);  // a false alarm in 16 000 seeds
}

INSTANTIATE_TEST_SUITE_P(EitherMethod, AnnealingOf,
                         testing::Values(AnnealingMethod::population, AnnealingMethod::importance));

TEST(Annealing, FamiliesAreCountedFromTheirStarts) {
  const Threads threads;
  const Annealing a = annealing(AnnealingMethod::population, 2000, threads);
  const Batch table = a.run(1, a.prepare(a.pilot_schedule(1.5, 0.1)), energy_alone());
  EXPECT_NEAR(table(0, C::family_entropy), std::log(2000), 1e-12);
  EXPECT_NEAR(table(0, C::rho_t), 1, 1e-12);
  const Index last = table.rows() - 1;
  EXPECT_NEAR(table(1, C::rho_t), 1.2, 0.1);  // one resampling of a tenth leaves pairs
  EXPECT_GT(table(last, C::rho_t), 2);        // twenty of them leave large families
  // Jensen: 2000 / e^S <= rho_t
  for (Index step = 1; step <= last; ++step)
    EXPECT_LE(2000 / std::exp(table(step, C::family_entropy)), table(step, C::rho_t) + 1e-9);
}

TEST(Annealing, ImportanceWeightsGiveTheirOwnError) {
  const Threads threads;
  const Annealing a = annealing(AnnealingMethod::importance, 4000, threads);
  const auto schedule = a.prepare(a.pilot_schedule(1, 0.1));
  Column lnZ(40);
  double own = 0;
  for (Index r = 0; r < 40; ++r) {
    const Batch table = a.run(r + 1, schedule, energy_alone());
    const auto last = table.row(table.rows() - 1);
    lnZ(r) = last(C::lnZ);
    own += std::expm1(last(C::log_mean_square) - 2 * last(C::lnZ)) / 4000 / 40;
  }
  // the variance of 40 runs is known to √(2/39) = 23 %: three of these
  EXPECT_NEAR(statistics::sample_variance(lnZ) / own, 1, 0.7);
}

}  // namespace
}  // namespace nmc
