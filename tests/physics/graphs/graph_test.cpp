#include "core/spins/graph.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/errors.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/dual_ising.hpp"
#include "physics/systems/ising.hpp"

namespace nmc {
namespace {

/// Five sites with bonds, a doubled one, fields and two plaquettes of different strength.
Graph crooked_graph() {
  Graph graph;
  graph.sites = 6;
  graph.bonds = {{0, 1, 0.5}, {4, 2, -1.25}, {1, 0, 0.75}, {3, 5, 2}, {2, 3, -0.3}};
  graph.plaquettes = {{{0, 2, 3, 5}, 0.7}, {{5, 4, 1, 0}, -1.1}};
  graph.field = {0.1, -0.2, 0.3, 0, 0.5, -0.6};
  return graph;
}

Batch all_states(Index sites) {
  Batch s(Index{1} << sites, sites);
  for (Index row = 0; row < s.rows(); ++row)
    for (Index i = 0; i < sites; ++i) s(row, i) = (row >> i & 1) != 0 ? 1 : -1;
  return s;
}

/// The message of a refused graph.
std::string refusal(const Graph& graph) {
  try {
    check(graph);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(Graph, EnergyIsTheSumOverItsTerms) {
  const Graph graph = crooked_graph();
  const Batch s = all_states(graph.sites);
  const Column energy = ising_energy(graph, s);
  for (Index row = 0; row < s.rows(); ++row) {
    double sum = 0;
    for (const Bond& b : graph.bonds) sum -= b.J * s(row, b.i) * s(row, b.j);
    for (const Plaquette& p : graph.plaquettes) {
      double product = p.K;
      for (const Index site : p.sites) product *= s(row, site);
      sum -= product;
    }
    for (Index i = 0; i < graph.sites; ++i) sum -= graph.field[i] * s(row, i);
    ASSERT_NEAR(energy(row), sum, 1e-14);
  }
}

TEST(Graph, LocalFieldIsHalfTheCostOfAFlip) {
  const Graph graph = crooked_graph();
  const Ising ising(graph, 0.7);
  const Batch s = all_states(graph.sites);
  for (Index i = 0; i < graph.sites; ++i) {
    Batch flipped = s;
    flipped.col(i) = -s.col(i);
    const Column cost = ising.energy(flipped) - ising.energy(s);
    EXPECT_LT((cost - 2 * s.col(i) * ising.local_field(s, i)).abs().maxCoeff(), 1e-14) << i;
  }
}

TEST(Graph, AdjacencyIsTheCouplingMatrixInSortedRows) {
  const Graph graph = crooked_graph();
  Eigen::MatrixXd dense = Eigen::MatrixXd::Zero(graph.sites, graph.sites);
  for (const Bond& b : graph.bonds) {
    dense(b.i, b.j) += b.J;
    dense(b.j, b.i) += b.J;
  }
  const Adjacency rows = adjacency(graph);
  Eigen::MatrixXd read = Eigen::MatrixXd::Zero(graph.sites, graph.sites);
  for (Index i = 0; i < graph.sites; ++i)
    for (Index n = rows.first[i]; n < rows.first[i + 1]; ++n) {
      read(i, rows.neighbour[n]) += rows.J[n];
      EXPECT_TRUE(n == rows.first[i] || rows.neighbour[n - 1] < rows.neighbour[n]);
    }
  EXPECT_EQ(read, dense);
  EXPECT_EQ(rows.neighbour.size(), 8U);  // four pairs, both directions
}

TEST(Graph, ListsThePlaquettesOfEverySite) {
  const PlaquetteLists lists = plaquettes_by_site(crooked_graph());
  ASSERT_EQ(lists.first, (std::vector<Index>{0, 2, 3, 4, 5, 6, 8}));
  EXPECT_EQ(lists.others[0], (std::array<Index, 3>{2, 3, 5}));
  EXPECT_EQ(lists.K[1], -1.1);
}

TEST(Graph, ColoursSitesOfABondOrPlaquetteDifferently) {
  const Graph graph = crooked_graph();
  const std::vector<int> colour = colouring(graph);
  for (const Bond& bond : graph.bonds) EXPECT_NE(colour[bond.i], colour[bond.j]);
  for (const Plaquette& plaquette : graph.plaquettes)
    for (std::size_t a = 0; a < 4; ++a)
      for (std::size_t b = 0; b < a; ++b)
        EXPECT_NE(colour[plaquette.sites[a]], colour[plaquette.sites[b]]);
}

TEST(Graph, SaysWhatIsWrongWithAPlaquette) {
  Graph graph = crooked_graph();
  graph.plaquettes[1].sites = {5, 4, 1, 5};
  EXPECT_EQ(refusal(graph), "plaquette 5-4-1-5 names a site twice; it needs four different ones");
  graph.plaquettes[1].sites = {5, 4, 1, 6};
  EXPECT_EQ(refusal(graph), "plaquette 5-4-1-6 leaves the graph: sites are 0 to 5");
  graph = crooked_graph();
  graph.plaquettes[0].K = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(refusal(graph), "coupling nan of plaquette 0-2-3-5 is not finite");
}

TEST(Graph, SaysWhatIsWrongWithABond) {
  Graph graph = crooked_graph();
  graph.bonds[2].J = std::numeric_limits<double>::infinity();
  EXPECT_EQ(refusal(graph), "coupling inf of bond 1-0 is not finite");
  graph.bonds[2] = {2, 2, 1};
  EXPECT_NE(refusal(graph).find("bond 2-2 joins a site with itself; leave it out"),
            std::string::npos);
}

TEST(Graph, ADualFieldRefusesPlaquettes) {
  EXPECT_THROW(DualIsing(crooked_graph(), 0.5), UserError);
  EXPECT_THROW(DualStencil(crooked_graph(), 0.5), UserError);
}

TEST(Graph, SpinsRefuseNegativeTemperatures) {
  EXPECT_THROW(Ising(crooked_graph(), -0.5), UserError);
  EXPECT_THROW(Ising(crooked_graph(), std::numeric_limits<double>::infinity()), UserError);
}

}  // namespace
}  // namespace nmc
