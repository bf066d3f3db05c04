#include "samplers/local/local_spins.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "hwy/targets.h"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "tests/samplers/local/local_reference.hpp"

/// The kernels against plain sweeps that draw the same random bits: every spin must be the same.
namespace nmc {
namespace {

Graph glass(std::vector<Index> extents, bool is_open) {
  Lattice lattice = torus(std::move(extents));
  if (is_open) lattice.periodic.assign(lattice.periodic.size(), false);
  Graph graph = make_graph(lattice);
  graph.torus.clear();
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    if (further_bits(3, b) % 3 == 0) graph.bonds[b].J = -1;
  return graph;
}

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

std::vector<std::uint32_t> in_order(const LocalSpins& sampler, const Graph& graph) {
  std::vector<std::uint32_t> order(static_cast<std::size_t>(graph.sites));
  std::iota(order.begin(), order.end(), 0U);
  const std::vector<int> colours = colouring(graph);
  if (sampler.order() == SiteOrder::colours)
    std::ranges::stable_sort(order, {}, [&](std::uint32_t site) { return colours[site]; });
  return order;
}

struct Case {
  const char* name;
  Graph graph;
  Index rows, first_row;
  std::vector<double> betas;
};

std::vector<Case> cases() {
  std::vector<double> ladder(37);
  for (std::size_t i = 0; i < ladder.size(); ++i) ladder[i] = 0.05 + 0.04 * static_cast<double>(i);
  return {{"square torus, 9 groups", make_graph(torus({6, 4})), 515, 37, {0.44}},
          {"open glass", glass({5, 4}, true), 200, 0, {0.8}},
          {"cube", glass({4, 3, 3}, false), 70, 130, {0.5}},
          {"five dimensions, open", glass({2, 2, 2, 3, 2}, true), 64, 0, {0.3}},
          {"chain", make_graph(torus({9})), 65, 60, {0.7}},
          {"ladder of temperatures", glass({4, 4}, false), 700, 5, ladder},
          {"cold", make_graph(torus({4, 4})), 64, 0, {3.0}}};
}

ChainState started(const LocalSpins& sampler, Index rows, Index first_row) {
  ChainState state;
  sampler.init(state, {4, 0, static_cast<std::uint32_t>(first_row), Purpose::init}, rows);
  return state;
}

Streams at(std::uint64_t step, Index first_row) {
  return {4, step, static_cast<std::uint32_t>(first_row), Purpose::init};
}

class LocalKernels : public testing::Test {
 protected:
  void TearDown() override { choose(0); }
  static void choose(std::int64_t targets) {
    hwy::SetSupportedTargetsForTest(targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
  /// Runs the check for every instruction set of this processor.
  template <class Check>
  static void on_all_targets(const Check& check) {
    choose(0);
    const std::int64_t all = hwy::SupportedTargets();
    for (std::int64_t target = 1; target > 0 && target <= all; target <<= 1) {
      if ((all & target) == 0) continue;
      choose(target);
      SCOPED_TRACE(hwy::TargetName(target));
      check();
    }
  }
};

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

// With the number of rows known, groups that fill no vector of 512 chains take eight sites at once:
// all of them, the last of nine, those of a batch in the middle.
TEST_F(LocalKernels, SitesSideBySideEqualThePlainSweepBitForBit) {
  for (const Case& c : cases())
    for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath}) {
      const Ising ising(c.graph, 0.5);
      const Index rows = c.first_row + c.rows, groups = (rows + 63) / 64;
      const LocalSpins sampler(ising, {rule, {}, SpinStart::random, rows}, c.betas);
      ASSERT_EQ(sampler.layout(), SpinLayout::lanes) << c.name;
      const ChainState start = started(sampler, c.rows, c.first_row);
      Spins plain = start.spins;
      const Index whole = groups / 8 * 8;
      for (std::uint64_t step = 1; step <= 8; ++step) {
        Spins lanes = plain;
        test::plain_lane_sweep(c.graph, {rule, c.betas}, in_order(sampler, c.graph),
                               at(step, c.first_row), lanes);
        test::plain_site_sweep(c.graph, {rule, c.betas}, at(step, c.first_row), whole, plain);
        for (Index row = 0; row < std::min(c.rows, 64 * whole - c.first_row); ++row)
          for (Index site = 0; site < c.graph.sites; ++site)
            plain.set(row, site, lanes.is_up(row, site));
      }
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

TEST(LocalSpins, AChainWhoseSitesAreSideBySideDoesNotDependOnItsBatch) {
  const Ising ising(glass({5, 4}, true), 0.6);
  for (const Index rows : {310, 1000}) {
    const LocalSpins sampler(ising, {LocalRule::metropolis, {}, SpinStart::random, rows});
    ASSERT_EQ(sampler.layout(), SpinLayout::lanes);
    ChainState all = started(sampler, rows, 0), part = started(sampler, 171, rows - 171);
    const StepInfo info = sampler.steps(all, at(5, 0), 7);
    const StepInfo part_info =
        sampler.steps(part, at(5, static_cast<std::uint32_t>(rows - 171)), 7);
    EXPECT_TRUE((all.spins.unpack().bottomRows(171) == part.spins.unpack()).all());
    EXPECT_TRUE((all.log_p.tail(171) == part.log_p).all());
    EXPECT_TRUE((info.acceptance.tail(171) == part_info.acceptance).all());
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
