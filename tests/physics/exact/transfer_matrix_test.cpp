#include "physics/exact/transfer_matrix.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "physics/exact/big_count.hpp"
#include "physics/exact/enumeration.hpp"
#include "physics/exact/exact.hpp"
#include "physics/exact/kaufman.hpp"
#include "physics/graphs/lattice.hpp"
#include "tests/physics/exact/exact_reference.hpp"
#include "tests/physics/graphs/random_graph.hpp"

namespace nmc {
namespace {

/// Any graph by both methods.
void expect_enumeration(const Graph& graph, const FrontierPlan& plan, const std::string& what) {
  const SpinPolynomial terms = spin_polynomial(graph);
  for (const double beta : {0.0, 0.3, 2.0, 60.0}) {
    const Exact sum = enumerate_spins(graph, beta);
    expect_same(transfer_matrix(terms, plan, beta, 1), sum, what);
    const MagnetisationMoments m = magnetisation_moments(terms, plan, beta, 1);
    EXPECT_NEAR(m.abs_m, *sum.abs_m, rounding) << what;
    EXPECT_NEAR(m.m2, *sum.m2, rounding) << what;
    EXPECT_NEAR(m.m4, *sum.m4, rounding) << what;
  }
}

/// Site `hub` with a bond to each of the others.
Graph star(Index sites, Index hub) {
  Graph graph;
  graph.sites = sites;
  for (Index i = 0; i < sites; ++i)
    if (i != hub) graph.bonds.push_back({hub, i, 1});
  return graph;
}

TEST(FrontierPlan, CostsInProportionToTheBondsOfAHub) {
  // 0.1 s; a search that looks at every leaf at every step takes 40 s.
  for (const Index hub : {0, 19'999}) {
    const std::clock_t begin = std::clock();
    const FrontierPlan plan = plan_frontier(spin_polynomial(star(20'000, hub)));
    EXPECT_LE(plan.width, 2);
    EXPECT_LT(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC, 5);
  }
}

TEST(FrontierPlan, EndsItsSearchOnALargeGraphThatIsOutOfReach) {
  // About a second; without a bound on the whole search 10 s.
  const Graph graph = make_graph(torus({13, 9999}));
  const std::clock_t begin = std::clock();
  const FrontierPlan plan = plan_frontier(spin_polynomial(graph));
  EXPECT_GT(plan.state_steps, 1e9);
  EXPECT_LT(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC, 5);
}

TEST(TransferMatrix, AgreesWithEnumerationOnRandomGraphs) {
  RandomGraphs graphs;
  for (const bool has_fields : {false, true})
    for (const bool has_plaquettes : {false, true})
      for (const Index sites : {5, 8, 12, 15}) {
        const Graph graph = graphs.next(sites, has_fields, has_plaquettes);
        expect_enumeration(graph, plan_frontier(spin_polynomial(graph)), "searched plan");
        // Narrow frontiers make the search fix more sites.
        expect_enumeration(graph, plan_frontier(spin_polynomial(graph), 3), "narrow plan");
      }
}

TEST(TransferMatrix, AgreesWithEnumerationOnLatticesAndPieces) {
  Graph pieces = make_graph({{3, 4}, {true, false}});  // and two sites without a bond
  pieces.sites = 14;
  const Graph cube = make_graph(torus({3, 3, 2}));
  const Graph strip = make_graph({{7, 3}, {true, false}});
  for (const Graph* graph : std::initializer_list<const Graph*>{&pieces, &cube, &strip})
    expect_enumeration(*graph, plan_frontier(spin_polynomial(*graph)), "lattice");
}

TEST(TransferMatrix, RowsOfATorusMayBeTakenUpToTheirSymmetries) {
  for (const auto& [lx, ly] : {std::pair<Index, Index>{2, 2}, {3, 5}, {5, 3}, {4, 4}, {2, 7}}) {
    const Graph graph = make_graph(torus({lx, ly}));
    expect_enumeration(graph, plan_torus(spin_polynomial(graph), lx, ly),
                       std::to_string(lx) + "x" + std::to_string(ly));
  }
}

TEST(TransferMatrix, CountsTheLevelsOfEnumeration) {
  RandomGraphs graphs;
  graphs.is_coarse = true;
  for (const bool has_fields : {false, true}) {
    const Graph graph = graphs.next(13, has_fields, true);
    const SpinPolynomial terms = spin_polynomial(graph);
    const EnergyLevels levels = energy_levels(terms);
    const auto counted = count_levels(terms, plan_frontier(terms), levels, {levels.count, 1});
    const auto expected = enumerate_spins(graph, 1, {1, 1, true}).density_of_states;
    ASSERT_EQ(counted.size(), expected.size());
    for (std::size_t k = 0; k < counted.size(); ++k) {
      EXPECT_NEAR(counted[k].energy, expected[k].energy, 1e-12);
      EXPECT_EQ(counted[k].states, expected[k].states);
    }
    const auto lowest = count_levels(terms, plan_frontier(terms), levels, {1, 1});
    ASSERT_EQ(lowest.size(), 1U);
    EXPECT_EQ(lowest[0].states, expected[0].states);
  }
}

TEST(TransferMatrix, LevelsOfLongStripsAddUpToAllStates) {
  // Two limbs and more: Σ g(E) e^{−βE} = Z, and the strip has as many states as it should.
  for (const Index length : {10, 40}) {
    const Graph graph = make_graph({{length, 4}, {true, true}});
    const SpinPolynomial terms = spin_polynomial(graph);
    const EnergyLevels levels = energy_levels(terms);
    double states = 0, z = 0;
    for (const Level& level :
         count_levels(terms, plan_frontier(terms), levels, {levels.count, 1})) {
      states += std::stod(level.states);
      z += std::stod(level.states) * std::exp(-0.1 * level.energy);
    }
    EXPECT_NEAR(std::log2(states), 4.0 * static_cast<double>(length), 1e-12);
    EXPECT_NEAR(std::log(z), kaufman(length, 4, 0.1).lnZ, 1e-11);
  }
}

TEST(TransferMatrix, GivesTheSameBitsForAnyNumberOfThreads) {
  RandomGraphs graphs;
  const Graph graph = graphs.next(40, false, true);
  const SpinPolynomial terms = spin_polynomial(graph);
  const FrontierPlan plan = plan_frontier(terms, 6);
  ASSERT_GT(plan.fixed.size(), 2U);
  const Exact one = transfer_matrix(terms, plan, 0.8, 1),
              three = transfer_matrix(terms, plan, 0.8, 3);
  EXPECT_EQ(one.lnZ, three.lnZ);
  EXPECT_EQ(one.heat, three.heat);
  EXPECT_EQ(magnetisation_moments(terms, plan, 0.8, 1).m4,
            magnetisation_moments(terms, plan, 0.8, 3).m4);
}

TEST(TransferMatrix, ReachesLongRingsWithoutOverflow) {
  // Z of a ring of random bonds: Π 2cosh(βJ) + Π 2sinh(βJ), here with 2^2000 states.
  RandomGraphs graphs;
  Graph ring;
  ring.sites = 2000;
  double log_cosh = 0;
  for (Index i = 0; i < ring.sites; ++i) {
    ring.bonds.push_back({i, (i + 1) % ring.sites, graphs.coupling()});
    log_cosh += std::log(2 * std::cosh(0.7 * ring.bonds.back().J));
  }
  EXPECT_NEAR(exact_spins(ring, 0.7).value->lnZ, log_cosh, 1e-12 * log_cosh);
}

TEST(FrontierPlan, FindsNarrowFrontiers) {
  const auto plan = [](const Lattice& lattice) {
    return plan_frontier(spin_polynomial(make_graph(lattice)));
  };
  EXPECT_LE(plan({{14, 14}, {false, false}}).width, 14);
  EXPECT_LE(plan({{30, 5}, {false, false}}).width, 5);
  EXPECT_LE(plan({{5, 30}, {false, false}}).width, 5);
  // 2^18.6 for the 8x8 torus: a fixed row with a sweep of eight slots would be 2^21.
  EXPECT_LT(plan(torus({8, 8})).state_steps, std::exp2(20));
  EXPECT_GT(plan(torus({64, 64})).state_steps, 1e30);
}

TEST(BigCount, WritesDecimalsOfAnyLength) {
  BigCount count;
  EXPECT_TRUE(count.is_zero());
  EXPECT_EQ(count.decimal(), "0");
  const std::uint64_t one = 1;
  count.add({&one, 1}, 1);
  for (int k = 0; k < 130; ++k) count.add(BigCount(count));
  EXPECT_EQ(count.decimal(), "1361129467683753853853498429727072845824");  // 2^130
  BigCount product;
  const std::uint64_t limbs[] = {~std::uint64_t{0}, ~std::uint64_t{0}};
  product.add(limbs, ~std::uint64_t{0});  // (2^128 − 1)(2^64 − 1)
  EXPECT_EQ(product.decimal(), "6277101735386680763495507056286727952620534092958556749825");
}

}  // namespace
}  // namespace nmc
