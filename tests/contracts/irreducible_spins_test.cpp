#include <gtest/gtest.h>

#include <algorithm>

#include "tests/contracts/local_odds.hpp"
#include "tests/contracts/tiny_systems.hpp"

/// Sweeps of LocalSpins reach every state from every state: beside πP = π what an average over a
/// chain needs. Orders drawn at random are mixtures that contain those tested here.
namespace nmc {
namespace {

using test::ChainClasses;
using test::classes_of;
using test::LocalKernel;
using test::LocalOdds;

using Order = std::vector<std::uint32_t>;

std::vector<Order> orders_of(const Graph& graph) {
  const Order forward = test::in_sequence(graph);
  Order backward(forward.rbegin(), forward.rend()), shuffled = forward;
  std::ranges::stable_sort(shuffled, {}, [](std::uint32_t i) { return further_bits(11, i); });
  return {forward, backward, shuffled, test::by_colours(graph)};
}

void expect_ergodic(const Graph& graph, const LocalKernel& kernel) {
  const LocalOdds odds(graph, kernel);
  for (const Order& order : orders_of(graph)) {
    const ChainClasses classes = classes_of(odds.sweep(order));
    EXPECT_TRUE(classes.is_ergodic()) << classes.closed << " closed classes, period "
                                      << classes.period << " at beta " << kernel.beta;
    EXPECT_TRUE(classes.is_linked) << kernel.beta;
  }
}

// From a temperature without couplings to one where all probabilities but those of ties are below
// 2^-64. What they are does not matter in between, only which ones are 0 or 1.
constexpr double kBetas[] = {0, 1e-12, 0.4, 60};

TEST(Irreducible, SweepsOfEveryTinySystemInEveryOrder) {
  for (const auto& [name, graph] : test::tiny_systems()) {
    SCOPED_TRACE(name);
    for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath})
      for (const bool is_real : {false, true}) {
        if (is_real && !BitGraph::fits(graph)) continue;
        for (const double beta : kBetas) {
          const bool is_typical = rule == LocalRule::metropolis && beta > 1e-12;
          // The work grows as 4^N where all states follow each other.
          if (is_typical || graph.sites <= 6) expect_ergodic(graph, {rule, beta, is_real});
        }
      }
  }
}

/// Every order of three draws of three sites: what `order = random` mixes.
TEST(Irreducible, SweepsOfRandomSites) {
  for (const Graph& graph :
       {test::ring(3), test::complete(3, -1), test::with_fields(test::ring(3))})
    for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath}) {
      const LocalOdds odds(graph, {rule, 0.7});
      test::Successors all(8);
      for (std::uint32_t draw = 0; draw < 27; ++draw) {
        const test::Successors next = odds.sweep(Order{draw % 3, draw / 3 % 3, draw / 9});
        for (std::size_t from = 0; from < 8; ++from)
          all[from].insert(all[from].end(), next[from].begin(), next[from].end());
      }
      EXPECT_TRUE(classes_of(all).is_ergodic());
    }
}

/// The mistake that this contract is for: a(ΔE = 0) = 1, as Metropolis et al. have it, site by site
/// or colour by colour.
TEST(Mutation, TiesTakenWithCertaintyAreSeen) {
  const auto is_seen = [](const Graph& graph) {
    const LocalOdds odds(graph, {LocalRule::metropolis, 0.4, false, 1});
    return !classes_of(odds.sweep(test::in_sequence(graph))).is_ergodic() ||
           !classes_of(odds.sweep(test::by_colours(graph))).is_ergodic();
  };
  for (const auto& [name, graph] : test::tiny_systems()) {
    const bool is_ring = name.starts_with("ring of") || name.starts_with("+-J ring of") ||
                         name.starts_with("antiferromagnetic ring of");
    const bool is_cut = is_ring || name == "2x2 torus" || name == "triangular 3x3" ||
                        name == "complete of 5" || name == "complete of 7";
    EXPECT_TRUE(!is_cut || is_seen(graph)) << name;
  }
}

/// Graph theory that the contract rests on, on chains that can be seen through.
TEST(ChainClasses, AreThoseOfKnownChains) {
  const ChainClasses cycle = classes_of({{1}, {2}, {0}});
  EXPECT_EQ(cycle.closed, 1);
  EXPECT_EQ(cycle.period, 3);
  EXPECT_FALSE(cycle.is_ergodic());
  EXPECT_FALSE(cycle.is_linked);
  const ChainClasses two = classes_of({{0, 1}, {1, 0}, {3}, {2}, {4, 0, 2}});
  EXPECT_EQ(two.closed, 2);
  EXPECT_EQ(two.transients, 1);
  const ChainClasses lazy = classes_of({{0, 1}, {2}, {0}});
  EXPECT_TRUE(lazy.is_ergodic());
  EXPECT_FALSE(lazy.is_linked);  // a cycle with the right permutation is reducible
  EXPECT_TRUE(classes_of({{0, 1}, {1, 2}, {2, 0}}).is_linked);
}

}  // namespace
}  // namespace nmc
