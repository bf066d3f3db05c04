#include "samplers/local/local_spins.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "physics/exact/enumeration.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"

/// 8192 independent chains, run long enough to forget their start; the last configurations are
/// independent draws and are compared with enumeration. Seeds are fixed. False alarms: 40 settings
/// × 2 z tests at 5.33σ (1e-7 each) = 8e-6 for the whole suite.
namespace nmc {
namespace {

constexpr Index kChains = 8192;
constexpr double kSpinBar = 5.33;

Graph graph_of(int kind) {
  Graph graph = make_graph(torus({4, 3}));
  graph.torus.clear();
  if (kind == 0) return graph;
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = kind == 1 ? (b % 4 == 0 ? -1 : 1) : std::cos(3.0 + static_cast<double>(b));
  if (kind == 3) {
    for (Index i = 0; i < graph.sites; ++i)
      graph.field.push_back(0.2 * std::sin(static_cast<double>(i)));
    graph.plaquettes.push_back({{0, 1, 4, 5}, 0.8});
  }
  return graph;
}

void expect_exact_mean(const Column& draws, double exact, const std::string& what) {
  const double mean = draws.mean();
  const auto n = static_cast<double>(draws.size());
  const double error = std::sqrt((draws - mean).square().sum() / (n - 1) / n);
  EXPECT_LT(std::abs(mean - exact), kSpinBar * error) << what << " " << mean << " +- " << error;
}

TEST(LocalSpinsStatistics, LastConfigurationsHaveTheExactMoments) {
  for (int kind = 0; kind < 4; ++kind)
    for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath})
      for (const SiteOrder order : {SiteOrder::colours, SiteOrder::sequential, SiteOrder::random}) {
        const double beta = kind < 2 ? 0.35 : 0.6;
        const Ising ising(graph_of(kind), beta);
        const LocalSpins sampler(ising, {rule, order, SpinStart::random});
        ChainState state;
        sampler.init(state, {21, 0, 0, Purpose::init}, kChains);
        sampler.steps(state, {21, 1, 0, Purpose::init}, 200);
        const Exact exact = enumerate_spins(ising.graph(), beta);
        const std::string what = std::to_string(kind) + (rule == LocalRule::metropolis ? "m" : "h");
        expect_exact_mean(ising.energy(state.spins), *exact.energy, what + " energy");
        expect_exact_mean(magnetisation(state.spins).square(), *exact.m2, what + " m2");
      }
}

// Jobs of 448 chains, which fill no vector of 512: eight sites of 64 chains at a time.
TEST(LocalSpinsStatistics, LastConfigurationsOfFewChainsHaveTheExactMoments) {
  constexpr Index kFew = 448, kJobs = kChains / kFew;
  for (int kind = 0; kind < 2; ++kind)
    for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath}) {
      const Ising ising(graph_of(kind), 0.35);
      const LocalSpins sampler(ising, {rule, {}, SpinStart::random, kFew});
      ASSERT_EQ(sampler.layout(), SpinLayout::lanes);
      Column energy(kFew * kJobs), m2(kFew * kJobs);
      for (Index job = 0; job < kJobs; ++job) {
        const auto seed = static_cast<std::uint64_t>(30 + job);
        ChainState state;
        sampler.init(state, {seed, 0, 0, Purpose::init}, kFew);
        sampler.steps(state, {seed, 1, 0, Purpose::init}, 200);
        energy.segment(job * kFew, kFew) = ising.energy(state.spins);
        m2.segment(job * kFew, kFew) = magnetisation(state.spins).square();
      }
      const Exact exact = enumerate_spins(ising.graph(), 0.35);
      const std::string what = std::to_string(kind) + (rule == LocalRule::metropolis ? "m" : "h");
      expect_exact_mean(energy, *exact.energy, what + " energy");
      expect_exact_mean(m2, *exact.m2, what + " m2");
    }
}

TEST(LocalSpinsStatistics, LastConfigurationsInStringsHaveTheExactMoments) {
  for (const std::vector<Index>& extents :
       std::vector<std::vector<Index>>{{4, 4}, {6, 2}, {2, 4, 2}})
    for (const bool is_glass : {false, true})
      for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath}) {
        Graph graph = make_graph(torus(extents));
        if (is_glass) graph.torus.clear();
        for (std::size_t b = 0; is_glass && b < graph.bonds.size(); b += 4) graph.bonds[b].J = -1;
        const Ising ising(graph, 0.35);
        const LocalSpins sampler(ising, {rule, {}, SpinStart::random, 1});
        ASSERT_EQ(sampler.layout(), SpinLayout::strings);
        ChainState state;
        sampler.init(state, {22, 0, 0, Purpose::init}, kChains);
        sampler.steps(state, {22, 1, 0, Purpose::init}, 200);
        const Exact exact = enumerate_spins(graph, 0.35);
        const std::string what = std::to_string(extents[0]) + (is_glass ? " glass" : "");
        expect_exact_mean(ising.energy(state.spins), *exact.energy, what + " energy");
        expect_exact_mean(magnetisation(state.spins).square(), *exact.m2, what + " m2");
      }
}

}  // namespace
}  // namespace nmc
