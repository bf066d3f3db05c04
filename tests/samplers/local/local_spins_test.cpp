#include "samplers/local/local_spins.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "physics/systems/ising.hpp"
#include "tests/samplers/local/local_cases.hpp"
#include "tests/samplers/local/local_reference.hpp"

/// The kernels against plain sweeps that draw the same random bits: every spin must be the same.
namespace nmc {
namespace {

using test::at;
using test::Case;
using test::cases;
using test::glass;
using test::in_order;
using test::LocalKernels;
using test::started;

Graph real_glass() {
  Graph graph = glass({5, 3}, true);
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = std::sin(1.0 + static_cast<double>(b));
  for (Index i = 0; i < graph.sites; ++i)
    graph.field.push_back(0.3 * std::cos(static_cast<double>(i)));
  graph.plaquettes.push_back({{0, 1, 5, 6}, 0.7});
  graph.plaquettes.push_back({{1, 2, 6, 7}, -0.4});
  return graph;
}

TEST_F(LocalKernels, LanesEqualThePlainSweepBitForBit) {
  for (const Case& c : cases())
    for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath}) {
      const Ising ising(c.graph, 0.5);
      const LocalSpins sampler(ising, {rule, {}, SpinStart::random}, c.betas);
      const ChainState start = started(sampler, c.rows, c.first_row);
      Spins plain = start.spins;
      for (std::uint64_t step = 1; step <= 8; ++step)
        test::plain_lane_sweep(c.graph, {rule, c.betas}, in_order(sampler, c.graph),
                               at(step, c.first_row), plain);
      on_all_targets([&] {
        ChainState state = start;
        sampler.steps(state, at(1, c.first_row), 8);
        EXPECT_EQ((state.spins.unpack() != plain.unpack()).count(), 0) << c.name;
      });
    }
}

TEST_F(LocalKernels, StripsEqualThePlainSweepBitForBit) {
  for (const std::vector<Index>& extents : {std::vector<Index>{128, 16}, {256, 32}})
    for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath}) {
      const Ising ising(make_graph(torus(extents)), 0.44);
      const LocalSpins sampler(ising, {rule, {}, SpinStart::random});
      ASSERT_EQ(sampler.layout(), SpinLayout::strips);
      const ChainState start = started(sampler, 2, 7);
      Spins plain = start.spins;
      for (std::uint64_t step = 1; step <= 4; ++step)
        test::plain_strip_sweep(ising.graph(), {rule, {0.44}}, at(step, 7), plain);
      on_all_targets([&] {
        ChainState state = start;
        sampler.steps(state, at(1, 7), 4);
        EXPECT_TRUE((state.spins.unpack() == plain.unpack()).all());
      });
    }
}

// Strings that end within a word, at a word, in a second vector; extents of 2, where both
// neighbours are one site; hot and cold rows.
TEST_F(LocalKernels, StringsEqualThePlainSweepBitForBit) {
  const std::vector<std::vector<Index>> shapes{
      {2, 6},   {4, 6},    {10, 6},   {16, 16},   {96, 20},   {20, 96},    {200, 14},
      {64, 64}, {2, 2, 4}, {4, 2, 6}, {8, 10, 4}, {36, 6, 4}, {16, 16, 16}};
  for (const std::vector<Index>& extents : shapes)
    for (const bool is_glass : {false, true}) {
      Graph graph = make_graph(torus(extents));
      if (is_glass) graph.torus.clear();
      for (std::size_t b = 0; is_glass && b < graph.bonds.size(); ++b)
        graph.bonds[b].J = further_bits(3, b) % 3 == 0 ? -0.5 : 0.5;
      for (const auto& [rule, beta] : {std::pair{LocalRule::metropolis, 0.44},
                                       {LocalRule::heat_bath, 0.3},
                                       {LocalRule::metropolis, 0.05},
                                       {LocalRule::metropolis, 3.0}}) {
        const Ising ising(graph, beta);
        const LocalSpins sampler(ising, {rule, {}, SpinStart::random, 1});
        ASSERT_EQ(sampler.layout(), SpinLayout::strings);
        const ChainState start = started(sampler, 2, 7);
        Spins plain = start.spins;
        for (std::uint64_t step = 1; step <= 4; ++step)
          test::plain_string_sweep(graph, {rule, {beta}}, at(step, 7), plain);
        on_all_targets([&] {
          ChainState state = start;
          sampler.steps(state, at(1, 7), 4);
          EXPECT_TRUE((state.spins.unpack() == plain.unpack()).all()) << extents[0] << is_glass;
        });
      }
    }
}

TEST_F(LocalKernels, RealCouplingsEqualTheSweepInDoubleBitForBit) {
  const Ising ising(real_glass(), 0.5);
  for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath})
    for (const std::vector<double>& betas : {std::vector<double>{0.9}, {0.1, 0.5, 2.0}}) {
      const LocalSpins sampler(ising, {rule, {}, SpinStart::random}, betas);
      const ChainState start = started(sampler, 100, 21);
      Spins plain = start.spins;
      // Long enough that decisions between float and double occur: about 5e-6 of 150000 at 23 bits.
      for (std::uint64_t step = 1; step <= 100; ++step)
        test::plain_real_sweep(ising.graph(), {rule, betas}, in_order(sampler, ising.graph()),
                               at(step, 21), plain);
      on_all_targets([&] {
        ChainState state = start;
        sampler.steps(state, at(1, 21), 100);
        EXPECT_TRUE((state.spins.unpack() == plain.unpack()).all());
      });
    }
}

TEST(LocalSpins, AChainDoesNotDependOnItsBatch) {
  for (const Graph& graph : {glass({4, 4}, false), real_glass()})
    for (const SiteOrder order : {SiteOrder::colours, SiteOrder::sequential, SiteOrder::random}) {
      const Ising ising(graph, 0.6);
      const LocalSpins sampler(ising, {LocalRule::metropolis, order, SpinStart::random});
      ChainState all = started(sampler, 300, 10), part = started(sampler, 71, 90);
      const StepInfo info = sampler.steps(all, at(5, 10), 7);
      const StepInfo part_info = sampler.steps(part, at(5, 90), 7);
      EXPECT_TRUE((all.spins.unpack().middleRows(80, 71) == part.spins.unpack()).all());
      EXPECT_TRUE((all.log_p.segment(80, 71) == part.log_p).all());
      EXPECT_TRUE((info.acceptance.segment(80, 71) == part_info.acceptance).all());
    }
}

TEST(LocalSpins, ManyStepsAtOnceAreSingleSteps) {
  const Ising ising(make_graph(torus({128, 16})), 0.4);
  const LocalSpins sampler(ising, {});
  ChainState at_once = started(sampler, 3, 0), singly = at_once;
  const StepInfo together = sampler.steps(at_once, at(11, 0), 5);
  StepInfo last;
  for (std::uint64_t step = 11; step < 16; ++step) last = sampler.step(singly, at(step, 0));
  EXPECT_TRUE((at_once.spins.unpack() == singly.spins.unpack()).all());
  EXPECT_TRUE((at_once.log_p == singly.log_p).all());
  EXPECT_TRUE((together.acceptance == last.acceptance).all());
}

TEST(LocalSpins, LogDensityIsThatOfTheTarget) {
  const Ising ising(real_glass(), 0.5);
  const LocalSpins sampler(ising, {LocalRule::heat_bath, {}, SpinStart::up});
  ChainState state = started(sampler, 33, 0);
  EXPECT_TRUE((state.spins.unpack() == 1).all());
  sampler.steps(state, at(1, 0), 3);
  const Column expected = ising.log_density(state.spins.unpack());
  EXPECT_LT((state.log_p - expected).abs().maxCoeff(), 1e-12);
}

TEST(LocalSpins, RefusesColoursWhereThereAreNone) {
  Graph complete;
  complete.sites = 5;
  for (Index i = 0; i < 5; ++i)
    for (Index j = 0; j < i; ++j) complete.bonds.push_back({i, j, 1});
  const Ising all(complete, 0.1);
  EXPECT_THROW(LocalSpins(all, {LocalRule::metropolis, SiteOrder::colours, SpinStart::up}),
               UserError);
  EXPECT_EQ(LocalSpins(all, {}).order(), SiteOrder::sequential);
}

TEST(LocalSpins, ADrawOfATinySystemIsNoLongRunAndOfALargerOneAsManyUpdatesAsKeepingItCosts) {
  const auto steps_on_ring = [](Index sites) {
    const Ising ring(make_graph(torus({sites})), 0.5);
    return LocalSpins(ring, {}).traits().steps_per_draw;
  };
  EXPECT_EQ(steps_on_ring(5), 160);  // 131072 / 5 would be a minute of a default job
  EXPECT_EQ(steps_on_ring(63), 2016);
  EXPECT_EQ(steps_on_ring(64), 2048);
  EXPECT_EQ(steps_on_ring(256), 512);
  EXPECT_EQ(steps_on_ring(100000), 20);
  const Ising glass(real_glass(), 0.5);
  EXPECT_EQ(LocalSpins(glass, {}).traits().steps_per_draw,
            std::min<Index>(8192 / glass.sites(), 32 * glass.sites()));
}

/// At beta = 0 a flip has probability 1/2 or, of ties, 15/32: at most 1/16 of the start is left,
/// and six standard deviations are below 1/50.
TEST(LocalSpins, MetropolisForgetsInOneSweepWithoutTemperature) {
  for (const Graph& graph : {make_graph(torus({6, 6})), real_glass()}) {
    const Ising hot(graph, 0);
    const LocalSpins sampler(hot, {LocalRule::metropolis, {}, SpinStart::up});
    ChainState state = started(sampler, 10000, 0);
    sampler.steps(state, at(1, 0), 1);
    EXPECT_LT(std::abs(state.spins.unpack().mean()), 1.0 / 16 + 1.0 / 50);
  }
}

/// Couplings that overflow in single precision, a temperature and a field that vanish there: the
/// double rule decides.
TEST(LocalKernelsReal, TakesWhatIsNoNumberInSinglePrecisionInDouble) {
  Graph pair;
  pair.sites = 3;
  pair.bonds = {{0, 1, 1e140}};
  pair.field = {0, 0, 1e-140};
  const Ising huge(pair, 1e-140);
  const LocalSpins sampler(huge, {LocalRule::metropolis, {}, SpinStart::up});
  ChainState state = started(sampler, 64, 0);
  Spins plain = state.spins;
  for (std::uint64_t step = 1; step <= 40; ++step)
    test::plain_real_sweep(pair, {LocalRule::metropolis, {1e-140}}, in_order(sampler, pair),
                           at(step, 0), plain);
  sampler.steps(state, at(1, 0), 40);
  EXPECT_TRUE((state.spins.unpack() == plain.unpack()).all());
  EXPECT_GT((state.spins.unpack().col(0) < 0).count(), 8);
  EXPECT_GT((state.spins.unpack().col(2) < 0).count(), 8);
}

}  // namespace
}  // namespace nmc
