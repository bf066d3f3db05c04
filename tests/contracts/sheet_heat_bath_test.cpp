#include "models/tensor_networks/sheet_heat_bath.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/proposal/metropolis_hastings.hpp"
#include "tests/contracts/all_outcomes.hpp"
#include "tests/contracts/causal_architectures.hpp"
#include "tests/contracts/chain_classes.hpp"
#include "tests/contracts/frequencies.hpp"

/// Sheets redrawn given the rest, with P multiplied out over all states and all choices of what
/// stays.
namespace nmc {
namespace {

constexpr Index kSheetStates = 512;

const Ising& torus_glass() {
  static const Ising system(test::small_glass({3, 3}), 0.7);
  return system;
}

/// Every choice on a plane of 3 x 3: a row, a column, and the four turns.
std::vector<std::vector<SiteGrid>> all_choices(const FreeSheets& sheets) {
  std::vector<std::vector<SiteGrid>> all;
  for (const double column : {1, 3, 5})
    for (const double row : {1, 3, 5})
      for (const double turn : {1, 3, 5, 7})
        all.push_back(sheets.choose(std::vector<double>{column / 6, row / 6, turn / 8}));
  return all;
}

Index outside_of(const std::vector<SiteGrid>& sheets, Index state) {
  for (const SiteGrid& sheet : sheets)
    for (const Index site : sheet.sites) state &= ~(Index{1} << site);
  return state;
}

Eigen::MatrixXd transitions(const SheetHeatBath& proposal, const Target& target) {
  const Batch states = test::all_configurations(9);
  const Column log_p = target.log_density(states);
  Eigen::MatrixXd P = Eigen::MatrixXd::Zero(kSheetStates, kSheetStates);
  const auto choices = all_choices(proposal.sheets());
  for (const auto& sheets : choices) {
    const Column log_q = proposal.log_q(sheets.front(), states);
    for (Index s = 0; s < kSheetStates; ++s)
      for (Index to = 0; to < kSheetStates; ++to)
        if (to != s && outside_of(sheets, s) == outside_of(sheets, to))
          P(s, to) +=
              std::exp(log_q(to) + std::min(0.0, log_p(to) - log_p(s) + log_q(s) - log_q(to))) /
              static_cast<double>(choices.size());
  }
  for (Index s = 0; s < kSheetStates; ++s) P(s, s) = 1 - P.row(s).sum();
  return P;
}

TEST(SheetHeatBath, LeavesTheTargetInvariantHoweverNarrowItsBondsAre) {
  const Eigen::VectorXd pi =
      test::normalised(torus_glass().log_density(test::all_configurations(9)));
  for (const Index chi : {1, 2}) {
    const SheetHeatBath proposal(torus_glass().graph(), {3, 3}, torus_glass().beta(), chi);
    const Eigen::MatrixXd P = transitions(proposal, torus_glass());
    EXPECT_GE(P.minCoeff(), -1e-15);
    EXPECT_LT(test::stationarity_defect(pi, P), test::kBar);
    EXPECT_LT(test::detailed_balance_defect(pi, P), test::kBar);
    EXPECT_TRUE(test::classes_of(test::successors(P)).is_ergodic());
  }
}

TEST(SheetHeatBath, StepsAreTheKernelOfTheEnumeration) {
  constexpr Index kChains = 20000, kFrom = 77;
  auto proposal =
      std::make_unique<SheetHeatBath>(torus_glass().graph(), std::vector<Index>{3, 3}, 0.7, 1);
  const Eigen::MatrixXd P = transitions(*proposal, torus_glass());
  const MetropolisHastings sampler(torus_glass(), std::move(proposal));
  ChainState state;
  state.x = test::all_configurations(9).row(kFrom).replicate(kChains, 1);
  const Streams streams{9, 4, 0, Purpose::test};
  sampler.init(state, streams, kChains);
  const StepInfo info = sampler.step(state, streams);
  EXPECT_LT(info.acceptance.minCoeff(), 0.999);  // bonds of one dimension are no heat bath
  const Column row = P.row(kFrom).transpose().array();
  const Column count = test::counts(state.x);
  EXPECT_EQ((row == 0).select(count, 0.0).sum(), 0) << "where P has no way";
  EXPECT_GT(test::agreement(count, row.max(0)), 1e-7);
}

/// Couplings and fields on a torus of any dimension.
Graph glass_of(const std::vector<Index>& extents) {
  Graph graph = make_graph(torus(extents));
  graph.torus.clear();
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = (b * b % 7 < 3 ? -1 : 1) * (0.5 + 0.1 * static_cast<double>(b % 5));
  for (Index i = 0; i < graph.sites; ++i)
    graph.field.push_back(0.3 * std::sin(2.0 * static_cast<double>(i)));
  return graph;
}

Batch signs(Index chains, Index sites) {
  Batch u(chains, sites);
  fill_uniform({3, 0, 0, Purpose::test}, u);
  return (u < 0.5).select(Batch::Ones(chains, sites), -1.0);
}

// ln q of some ten spins on either side, 1e-14 each.
TEST(SheetHeatBath, IsAHeatBathWhereItsBondsAreWideEnough) {
  for (const std::vector<Index>& extents :
       {std::vector<Index>{3, 3}, {5, 4}, {2, 6}, {3, 3, 3}, {4, 3, 2}, {4, 4, 4}}) {
    const Ising system(glass_of(extents), 0.8);
    const SheetHeatBath proposal(system.graph(), extents, 0.8, 16);
    ChainState state;
    state.x = signs(40, system.sites());
    for (std::uint64_t step = 1; step < 4; ++step) {
      const Proposed move = proposal.propose(state, {1, step, 0, Purpose::test}, 0);
      const Column gained = system.log_density(move.next.x) - system.log_density(state.x);
      EXPECT_LT((gained + move.log_ratio).abs().maxCoeff(), 1e-10) << extents.size();
      EXPECT_TRUE((move.next.x != state.x).any());
      state.x = move.next.x;
    }
  }
}

// The ratio is that of both densities in the sheets that the step chose.
TEST(SheetHeatBath, RatioIsThatOfItsDensitiesInThreeDimensions) {
  const std::vector<Index> extents{3, 3, 3};
  const Ising system(glass_of(extents), 1.2);
  const SheetHeatBath proposal(system.graph(), extents, 1.2, 1);
  ChainState state;
  state.x = signs(30, 27);
  const Streams streams{1, 5, 0, Purpose::test};
  const Proposed move = proposal.propose(state, streams, 0);
  Batch u(30, proposal.sheets().choices());
  fill_uniform(streams.with(Purpose::suffix), u);
  for (Index c = 0; c < 30; ++c) {
    const Batch choice = u.row(c), old = state.x.row(c), next = move.next.x.row(c);
    double ratio = 0;
    for (const SiteGrid& sheet :
         proposal.sheets().choose({choice.data(), static_cast<std::size_t>(choice.size())}))
      ratio += proposal.log_q(sheet, old)(0) - proposal.log_q(sheet, next)(0);
    EXPECT_NEAR(move.log_ratio(c), ratio, 1e-12);
  }
}

TEST(FreeSheets, LeaveEverySiteFreeEquallyOften) {
  for (const std::vector<Index>& extents : {std::vector<Index>{4, 3}, {3, 3, 4}}) {
    const FreeSheets sheets(extents);
    Index sites = 1;
    for (const Index extent : extents) sites *= extent;
    constexpr Index kDrawn = 20000;
    Batch u(kDrawn, sheets.choices());
    fill_uniform({7, 0, 0, Purpose::test}, u);
    Column free = Column::Zero(sites);
    for (Index k = 0; k < kDrawn; ++k) {
      const Batch one = u.row(k);
      for (const SiteGrid& sheet :
           sheets.choose({one.data(), static_cast<std::size_t>(one.size())}))
        for (const Index site : sheet.sites) free(site) += 1;
    }
    // Binomial: six standard deviations of one of 36 sites.
    const double mean = free.mean();
    EXPECT_LT((free - mean).abs().maxCoeff(), 6 * std::sqrt(mean)) << extents.size();
  }
}

TEST(SheetHeatBath, MistakesAreNamed) {
  const auto refused = [](const Graph& graph, const std::vector<Index>& extents, Index chi) {
    try {
      (void)SheetHeatBath(graph, extents, 1, chi);
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string("nothing was refused");
  };
  const Graph plane = glass_of({4, 4});
  EXPECT_NE(refused(plane, {4, 4}, 0).find("chi = 0"), std::string::npos);
  EXPECT_NE(refused(plane, {16}, 4).find("a plane or of space"), std::string::npos);
  Graph far = plane;
  far.bonds.push_back({0, 2, 1});
  EXPECT_NE(refused(far, {4, 4}, 4).find("the bond of sites 0 and 2"), std::string::npos);
  Graph four = plane;
  four.plaquettes.push_back({{0, 1, 4, 5}, 1});
  EXPECT_NE(refused(four, {4, 4}, 4).find("terms of four"), std::string::npos);
}

}  // namespace
}  // namespace nmc
