#include <gtest/gtest.h>

#include <algorithm>

#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/cluster/houdayer_walk.hpp"
#include "samplers/cluster/swendsen_wang_walk.hpp"
#include "samplers/cluster/wolff_walk.hpp"
#include "tests/contracts/all_outcomes.hpp"
#include "tests/contracts/local_odds.hpp"
#include "tests/contracts/tiny_systems.hpp"

/// Cluster moves and compositions reach every state, or are known not to and refused alone.
namespace nmc {
namespace {

using test::AllOutcomes;
using test::classes_of;
using test::LocalKernel;
using test::LocalOdds;
using test::Successors;

Successors wolff(const Ising& ising) {
  const ClusterBonds bonds = make_cluster_bonds(ising, "wolff");
  WolffWalk<AllOutcomes> walk(bonds);
  return test::successors(test::transition_matrix(
      ising.sites(), bonds.uniform, [&](std::int8_t* s, AllOutcomes& r) { walk.turn_one(s, r); }));
}

Successors swendsen_wang(const Ising& ising) {
  const ClusterBonds bonds = make_cluster_bonds(ising, "swendsen_wang");
  SwendsenWangWalk<AllOutcomes> walk(bonds);
  return test::successors(test::transition_matrix(
      ising.sites(), bonds.uniform, [&](std::int8_t* s, AllOutcomes& r) { walk.update(s, r); }));
}

Successors local(const Ising& ising, LocalRule rule) {
  return LocalOdds(ising.graph(), {rule, ising.beta()}).sweep(test::by_colours(ising.graph()));
}

bool is_small_ferromagnet(const Graph& graph) {
  return graph.sites <= 5 && graph.bonds.size() <= 8 && graph.plaquettes.empty() &&
         std::ranges::all_of(graph.bonds, [](const Bond& bond) { return bond.J >= 0; });
}

TEST(Irreducible, ClustersOfEveryTinyFerromagnetAndTheirCompositions) {
  Index systems = 0;
  for (const auto& [name, graph] : test::tiny_systems()) {
    if (!is_small_ferromagnet(graph)) continue;
    ++systems;
    SCOPED_TRACE(name);
    for (const double beta : {0.0, 0.4, 4.0}) {
      const Ising ising(graph, beta);
      const Successors single = wolff(ising), all = swendsen_wang(ising);
      const Successors flips = local(ising, LocalRule::metropolis);
      for (const Successors& part : {single, all, flips}) {
        EXPECT_TRUE(classes_of(part).is_ergodic()) << beta;
        EXPECT_TRUE(classes_of(part).is_linked) << beta;
      }
      EXPECT_TRUE(classes_of(test::then(flips, single)).is_ergodic()) << beta;
      EXPECT_TRUE(classes_of(test::then(test::then(flips, flips), single)).is_ergodic()) << beta;
      EXPECT_TRUE(classes_of(test::then(single, all)).is_ergodic()) << beta;
    }
  }
  EXPECT_GE(systems, 12);
  const Ising square(make_graph(torus({2, 2})), 0.4);  // through the walks of the torus
  EXPECT_TRUE(classes_of(wolff(square)).is_linked);
  EXPECT_TRUE(classes_of(swendsen_wang(square)).is_linked);
}

/// Houdayer's move of two replicas, state s + 2^N t.
Successors houdayer(const Graph& graph) {
  const Adjacency neighbours = interacting_sites(graph);
  const bool has_symmetry = std::ranges::all_of(graph.field, [](double h) { return h == 0; });
  HoudayerWalk<AllOutcomes> walk(neighbours, has_symmetry);
  return test::successors(test::transition_matrix(
      2 * graph.sites, 0,
      [&](std::int8_t* s, AllOutcomes& r) { walk.swap_one(s, s + graph.sites, r); }));
}

TEST(Irreducible, SwapsBetweenReplicasWithLocalUpdatesAlone) {
  for (const Graph& graph :
       {test::ring(3), test::ring(4, -1), test::with_signs(test::complete(4), 5),
        test::with_fields(test::ring(4)), test::with_signs(make_graph(torus({2, 2})), 3)}) {
    const Successors swaps = houdayer(graph);
    EXPECT_GT(classes_of(swaps).closed, 1);
    for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath}) {
      const Successors one = local(Ising(graph, 0.8), rule), pair = test::beside(one, one);
      EXPECT_TRUE(classes_of(pair).is_linked);
      EXPECT_TRUE(classes_of(test::then(pair, swaps)).is_ergodic());
      EXPECT_TRUE(classes_of(test::then(test::then(pair, pair), swaps)).is_ergodic());
    }
  }
}

/// Wolff without the ghost among the first sites: where no bond can open, every step turns one
/// spin.
TEST(Mutation, ClustersThatAlwaysTurnAreSeenWhereNoBondOpens) {
  const Ising hot(test::ring(4), 0);
  Successors always = wolff(hot);
  for (std::size_t state = 0; state < always.size(); ++state)
    std::erase(always[state], static_cast<std::uint32_t>(state));
  EXPECT_EQ(classes_of(always).period, 2);
}

}  // namespace
}  // namespace nmc
