#include "physics/graphs/lattice.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "physics/systems/dual_kernel.hpp"

namespace nmc {
namespace {

TEST(Lattice, CountsItsBonds) {
  const auto bonds = [](const Lattice& lattice) { return make_graph(lattice).bonds.size(); };
  EXPECT_EQ(bonds(torus({2, 2})), 8U);  // both bonds of a pair (conventions.md, section 1)
  EXPECT_EQ(bonds(torus({8, 4})), 64U);
  EXPECT_EQ(bonds(torus({3, 4, 5})), 180U);
  EXPECT_EQ(bonds(torus({5, 1})), 5U);
  EXPECT_EQ(bonds({{4, 3}, {false, false}}), 9U + 8U);
  EXPECT_EQ(bonds({{4, 3}, {true, false}}), 12U + 8U);
}

TEST(Lattice, NumbersSitesWithXFastest) {
  const Graph graph = make_graph({{3, 2}, {true, false}});
  // Site 2 is x = 2, y = 0: its right neighbour wraps to 0, its upper one is 5.
  EXPECT_EQ(graph.bonds[4].i, 2);
  EXPECT_EQ(graph.bonds[4].j, 0);
  EXPECT_EQ(graph.bonds[5].i, 2);
  EXPECT_EQ(graph.bonds[5].j, 5);
}

TEST(Lattice, DescribesItself) {
  EXPECT_EQ(torus({8, 8}).describe(), "8x8 torus");
  EXPECT_EQ((Lattice{{8, 4}, {false, false}}).describe(), "8x4 open");
  EXPECT_EQ((Lattice{{8, 8, 4}, {true, true, false}}).describe(), "8x8x4 periodic in xy");
}

TEST(Lattice, RefusesWhatIsNoLattice) {
  EXPECT_THROW(check(Lattice{{}, {}}), UserError);
  EXPECT_THROW(check(Lattice{{4, 0}, {true, true}}), UserError);
  EXPECT_THROW(check(torus({1})), UserError);
  EXPECT_THROW(check(torus({1, 1})), UserError);
  EXPECT_THROW(check(Lattice{{4, 4}, {true}}), UserError);
  EXPECT_THROW(check(torus({1 << 20, 1 << 20, 1 << 20, 1 << 20})), UserError);
}

TEST(Graph, ColoursNeighboursDifferently) {
  for (const Lattice& lattice :
       {torus({4, 6}), torus({3, 5, 2}), Lattice{{5, 5}, {false, false}}}) {
    const Graph graph = make_graph(lattice);
    const std::vector<int> colour = colouring(graph);
    for (const Bond& bond : graph.bonds) EXPECT_NE(colour[bond.i], colour[bond.j]);
  }
  const std::vector<int> even = colouring(make_graph(torus({4, 6})));
  EXPECT_EQ(*std::max_element(even.begin(), even.end()), 1);
}

TEST(Graph, AdjacencyAddsBondsOfTheSamePair) {
  const Adjacency neighbours = adjacency(make_graph(torus({2, 3})));
  ASSERT_EQ(neighbours.first[1], 3);
  EXPECT_EQ(neighbours.neighbour[0], 1);
  EXPECT_EQ(neighbours.J[0], 2);
}

TEST(Graph, RefusesBadBonds) {
  EXPECT_THROW(check(Graph{2, {{0, 2, 1}}, {}, {}}), UserError);
  EXPECT_THROW(check(Graph{2, {{1, 1, 1}}, {}, {}}), UserError);
  EXPECT_THROW(check(Graph{2, {{0, 1, 1}}, {0.5}, {}}), UserError);
}

TEST(Eigenvalue, LanczosFindsTheClosedForm) {
  // An open chain product has 2 cos(π k/(L+1)) per direction; the largest k is the smallest.
  const Graph open = make_graph({{40, 33}, {false, false}});
  const double exact = 2 * std::cos(M_PI * 40 / 41) + 2 * std::cos(M_PI * 33 / 34);
  EXPECT_NEAR(smallest_eigenvalue(open), exact, 4e-9);
  // On a torus the smallest eigenvalue may be degenerate, and Krylov spaces end early.
  const Graph odd = make_graph(torus({5, 5}));
  EXPECT_NEAR(smallest_eigenvalue_lanczos(adjacency(odd)), smallest_eigenvalue(odd), 4e-9);
}

}  // namespace
}  // namespace nmc
