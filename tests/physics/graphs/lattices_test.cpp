#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "core/errors.hpp"
#include "physics/exact/exact.hpp"
#include "physics/graphs/graph_terms.hpp"
#include "physics/graphs/planar_lattices.hpp"
#include "physics/graphs/random_graphs.hpp"
#include "physics/systems/ising.hpp"
#include "tests/support/paths.hpp"

namespace nmc {
namespace {

using Pairs = std::multiset<std::pair<Index, Index>>;

Pairs pairs_of(const Graph& graph) {
  Pairs pairs;
  for (const Bond& bond : graph.bonds) pairs.insert(std::minmax(bond.i, bond.j));
  return pairs;
}

std::vector<Index> degrees(const Graph& graph) {
  std::vector<Index> degree(graph.sites, 0);
  for (const Bond& bond : graph.bonds) {
    ++degree[bond.i];
    ++degree[bond.j];
  }
  return degree;
}

/// The graph with every site moved by (dx, dy) around the torus.
Pairs shifted(const Graph& graph, Index lx, Index ly, Index dx, Index dy) {
  const auto move = [&](Index site) {
    return (site % lx + dx) % lx + lx * ((site / lx + dy) % ly);
  };
  Pairs pairs;
  for (const Bond& bond : graph.bonds) pairs.insert(std::minmax(move(bond.i), move(bond.j)));
  return pairs;
}

/// Closed walks of `length` steps that never turn straight back: cycles, each counted once per
/// start and direction, as long as no cycle is shorter than half of `length`.
Index cycles(const Graph& graph, int length) {
  const auto edges = static_cast<Index>(2 * graph.bonds.size());
  Eigen::MatrixXd step = Eigen::MatrixXd::Zero(edges, edges);
  const auto end = [&](Index e, bool head) {
    const Bond& bond = graph.bonds[static_cast<std::size_t>(e / 2)];
    return (e % 2 == 0) == head ? bond.j : bond.i;
  };
  for (Index a = 0; a < edges; ++a)
    for (Index b = 0; b < edges; ++b)
      if (end(a, true) == end(b, false) && a / 2 != b / 2) step(a, b) = 1;
  Eigen::MatrixXd power = step;
  for (int k = 1; k < length; ++k) power = power * step;
  return static_cast<Index>(power.trace()) / (2 * length);
}

bool has_all(const std::vector<Index>& values, Index value) {
  return std::all_of(values.begin(), values.end(), [value](Index v) { return v == value; });
}

TEST(Triangular, HasSixNeighboursAndTwoTrianglesPerSite) {
  const Graph graph = triangular_graph(torus({6, 5}));
  EXPECT_EQ(graph.bonds.size(), 90U);
  EXPECT_TRUE(has_all(degrees(graph), 6));
  EXPECT_EQ(cycles(graph, 3), 60);
  EXPECT_TRUE(graph.torus.empty());
}

TEST(Triangular, LooksTheSameFromEverySite) {
  const Graph graph = triangular_graph(torus({6, 5}));
  EXPECT_EQ(shifted(graph, 6, 5, 1, 0), pairs_of(graph));
  EXPECT_EQ(shifted(graph, 6, 5, 0, 1), pairs_of(graph));
}

TEST(Triangular, RunsItsDiagonalRightAndDown) {
  const Pairs pairs = pairs_of(triangular_graph({{3, 2}, {false, false}}));
  EXPECT_EQ(pairs, (Pairs{{0, 1}, {1, 2}, {3, 4}, {4, 5}, {0, 3}, {1, 4}, {2, 5}, {0, 4}, {1, 5}}));
  // Periodic in x alone: the diagonal wraps with it.
  EXPECT_EQ(pairs_of(triangular_graph({{3, 2}, {true, false}})).count({2, 3}), 1U);
}

TEST(Triangular, HasThePartitionFunctionsOfTheReferenceAntiferromagnet) {
  std::ifstream file(tests::shared_data() + "/triangular_afm.json");
  if (!file) GTEST_SKIP() << "no reference data in " << tests::shared_data();
  const nlohmann::json data = nlohmann::json::parse(file);
  const auto number = [](const nlohmann::json& value) {
    return value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>();
  };
  for (const nlohmann::json& row : data["values"]) {
    const auto L = row["L"].get<Index>();
    Graph graph = triangular_graph(torus({L, L}));
    scale_bonds(graph, -1);
    const ExactAnswer answer = exact_spins(graph, number(row["beta"]));
    ASSERT_TRUE(answer.value) << L;
    EXPECT_NEAR(answer.value->lnZ, number(row["lnZ"]), 1e-12 * number(row["lnZ"]));
    EXPECT_NEAR(*answer.value->energy, number(row["energy"]), 1e-11 * number(row["lnZ"]));
  }
}

TEST(Honeycomb, HasThreeNeighboursAndHexagonsAlone) {
  const Graph graph = honeycomb_graph(torus({8, 6}));
  EXPECT_EQ(graph.bonds.size(), 72U);
  EXPECT_TRUE(has_all(degrees(graph), 3));
  EXPECT_EQ(cycles(graph, 3), 0);
  EXPECT_EQ(cycles(graph, 4), 0);
  EXPECT_EQ(cycles(graph, 5), 0);
  EXPECT_EQ(cycles(graph, 6), 24);
}

TEST(Honeycomb, IsBipartiteAndLooksTheSameFromEverySecondSite) {
  const Graph graph = honeycomb_graph(torus({8, 6}));
  const std::vector<int> colour = colouring(graph);
  EXPECT_EQ(*std::max_element(colour.begin(), colour.end()), 1);
  EXPECT_EQ(shifted(graph, 8, 6, 1, 1), pairs_of(graph));
  EXPECT_EQ(shifted(graph, 8, 6, 2, 0), pairs_of(graph));
}

TEST(Honeycomb, CanBeOpen) {
  // Rows have 4 bonds each; vertical ones stand where x + y is even, y = 0, 1.
  EXPECT_EQ(honeycomb_graph({{5, 3}, {false, false}}).bonds.size(), 12U + 3U + 2U);
}

TEST(PlanarLattices, RefuseWhatDoesNotFit) {
  EXPECT_THROW(triangular_graph(torus({4})), UserError);
  EXPECT_THROW(triangular_graph(torus({4, 4, 4})), UserError);
  EXPECT_THROW(triangular_graph(torus({4, 1})), UserError);
  EXPECT_THROW(honeycomb_graph(torus({4, 5})), UserError);
  EXPECT_THROW(honeycomb_graph(torus({5, 4})), UserError);
  EXPECT_NO_THROW((void)honeycomb_graph({{5, 4}, {false, true}}));
}

TEST(GraphTerms, KeepTheTorusFlagOfThePlainLatticeAlone) {
  const auto flag = [](auto&& change) {
    Graph graph = make_graph(torus({4, 6}));
    change(graph);
    return graph.torus;
  };
  const std::vector<Index> plain{4, 6}, none;
  EXPECT_EQ(flag([](Graph& g) { scale_bonds(g, 1); }), plain);
  EXPECT_EQ(flag([](Graph& g) { add_uniform_field(g, 0); }), plain);
  EXPECT_EQ(flag([](Graph& g) { add_plaquettes(g, torus({4, 6}), 0); }), plain);
  EXPECT_EQ(flag([](Graph& g) { scale_bonds(g, -1); }), none);
  EXPECT_EQ(flag([](Graph& g) { add_uniform_field(g, 0.1); }), none);
  EXPECT_EQ(flag([](Graph& g) { add_plaquettes(g, torus({4, 6}), 0.2); }), none);
}

TEST(GraphTerms, CountThePlaquettesOfEveryPlane) {
  const auto plaquettes = [](const Lattice& lattice) {
    Graph graph = make_graph(lattice);
    add_plaquettes(graph, lattice, 0.5);
    return graph;
  };
  EXPECT_EQ(plaquettes(torus({4, 6})).plaquettes.size(), 24U);
  EXPECT_EQ(plaquettes(torus({3, 4, 5})).plaquettes.size(), 180U);
  EXPECT_EQ(plaquettes({{4, 6}, {false, false}}).plaquettes.size(), 15U);
  EXPECT_EQ(plaquettes({{4, 6}, {true, false}}).plaquettes.size(), 20U);
  const PlaquetteLists lists = plaquettes_by_site(plaquettes(torus({4, 6})));
  for (Index i = 0; i < 24; ++i) EXPECT_EQ(lists.first[i + 1] - lists.first[i], 4);
  const std::vector<int> colour = colouring(plaquettes(torus({4, 6})));
  EXPECT_EQ(*std::max_element(colour.begin(), colour.end()), 3);
}

TEST(GraphTerms, PutThePlaquettesOnElementarySquares) {
  Graph graph = make_graph({{3, 2}, {false, false}});
  add_plaquettes(graph, {{3, 2}, {false, false}}, 0.5);
  ASSERT_EQ(graph.plaquettes.size(), 2U);
  EXPECT_EQ(graph.plaquettes[1].sites, (std::array<Index, 4>{1, 2, 4, 5}));
}

TEST(GraphTerms, MakeTheEnergyOfAUniformState) {
  const Lattice lattice = torus({4, 6});
  Graph graph = make_graph(lattice);
  scale_bonds(graph, -0.5);
  add_plaquettes(graph, lattice, 0.3);
  add_uniform_field(graph, 0.2);
  EXPECT_NEAR(ising_energy(graph, Batch::Ones(1, 24))(0), 24.0 - 24 * 0.3 - 24 * 0.2, 1e-12);
}

TEST(GraphTerms, OpenDirectionsOfExtentTwoForGlasses) {
  const Lattice lattice = without_double_bonds(torus({3, 3, 2}));
  EXPECT_EQ(lattice.periodic, (std::vector<bool>{true, true, false}));
  EXPECT_EQ(make_graph(lattice).bonds.size(), 45U);  // as ea3d_small.json
}

TEST(CompleteGraph, HoldsEveryPairOnce) {
  const Graph graph = complete_graph(7);
  const Pairs pairs = pairs_of(graph);
  EXPECT_EQ(pairs.size(), 21U);
  EXPECT_EQ((std::set<std::pair<Index, Index>>(pairs.begin(), pairs.end()).size()), 21U);
  EXPECT_THROW(complete_graph(1), UserError);
}

}  // namespace
}  // namespace nmc
