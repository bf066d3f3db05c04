#include "physics/graphs/disorder.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "core/errors.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/graphs/random_graphs.hpp"
#include "physics/systems/ising.hpp"

namespace nmc {
namespace {

/// Seeds are fixed. Had they been drawn anew, each comparison would fail once in 1e5 times: a
/// standard normal exceeds 4.42 in magnitude with probability 1e-5.
constexpr double false_alarm_1e5 = 4.42;

Graph big_lattice() {
  return make_graph(torus({200, 200}));
}

TEST(Disorder, SignsHaveEqualOdds) {
  Graph graph = big_lattice();
  draw_signs(graph, 3);
  double sum = 0;
  for (const Bond& bond : graph.bonds) {
    ASSERT_EQ(std::abs(bond.J), 1);
    sum += bond.J;
  }
  EXPECT_LT(std::abs(sum), false_alarm_1e5 * std::sqrt(80000));
  EXPECT_TRUE(graph.torus.empty());
}

TEST(Disorder, NormalCouplingsHaveTheirMoments) {
  Graph graph = big_lattice();
  const double width = 0.25;
  draw_normal_couplings(graph, 3, width);
  const auto n = static_cast<double>(graph.bonds.size());
  double first = 0, second = 0, third = 0, fourth = 0;
  for (const Bond& bond : graph.bonds) {
    const double z = bond.J / width;
    first += z / n;
    second += z * z / n;
    third += z * z * z / n;
    fourth += z * z * z * z / n;
  }
  // Variances of z, z², z³, z⁴: 1, 2, 15, 96.
  const double unit = false_alarm_1e5 / std::sqrt(n);
  EXPECT_LT(std::abs(first), unit);
  EXPECT_LT(std::abs(second - 1), unit * std::sqrt(2));
  EXPECT_LT(std::abs(third), unit * std::sqrt(15));
  EXPECT_LT(std::abs(fourth - 3), unit * std::sqrt(96));
}

TEST(Disorder, SumsOfNormalCouplingsAreExact) {
  Graph graph = big_lattice();
  draw_normal_couplings(graph, 3, 1);
  double forward = 0, backward = 0;
  for (const Bond& bond : graph.bonds) forward += bond.J;
  for (auto bond = graph.bonds.list().rbegin(); bond != graph.bonds.list().rend(); ++bond)
    backward += bond->J;
  EXPECT_EQ(forward, backward);
}

TEST(Disorder, IsAFunctionOfItsSeed) {
  const auto draw = [](std::uint64_t seed, bool is_normal) {
    Graph graph = big_lattice();
    is_normal ? draw_normal_couplings(graph, seed, 1) : draw_signs(graph, seed);
    Column J(static_cast<Index>(graph.bonds.size()));
    for (Index b = 0; b < J.size(); ++b) J(b) = graph.bonds[static_cast<std::size_t>(b)].J;
    return J;
  };
  for (const bool is_normal : {false, true}) {
    const Column J = draw(1, is_normal), same = draw(1, is_normal), other = draw(2, is_normal);
    EXPECT_TRUE((J == same).all());
    const auto n = static_cast<double>(J.size());
    EXPECT_LT(std::abs((J * other).sum()), false_alarm_1e5 * std::sqrt(n));
  }
}

TEST(Disorder, KeepsItsNumbersFromVersionToVersion) {
  Graph graph = make_graph(torus({4, 4}));
  draw_signs(graph, 1);
  std::string signs;
  for (const Bond& bond : graph.bonds) signs += bond.J > 0 ? '+' : '-';
  EXPECT_EQ(signs, "-++++--+++-+---+-+-+-++-------++");
  draw_normal_couplings(graph, 1, 1);
  EXPECT_NEAR(graph.bonds[0].J, 0.43026760965585709, 1e-9);
}

TEST(Hopfield, CouplesByTheOverlapOfItsPatterns) {
  const Batch xi = random_patterns(5, 3, 20);
  const Graph graph = hopfield_graph(xi);
  for (const Bond& bond : graph.bonds) {
    double sum = 0;
    for (Index mu = 0; mu < 3; ++mu) sum += xi(mu, bond.i) * xi(mu, bond.j);
    EXPECT_EQ(bond.J, sum / 20);
  }
  EXPECT_EQ(graph.bonds.size(), 190U);  // an odd number of patterns has no overlap 0
  EXPECT_LT(hopfield_graph(xi.topRows(2)).bonds.size(), 190U);
  EXPECT_NO_THROW(check(graph));
}

TEST(Hopfield, StoresAPatternInItsGroundState) {
  const Batch xi = random_patterns(5, 1, 20);
  // H = −(1/2N) [(Σ ξ s)² − N], least at s = ±ξ.
  EXPECT_NEAR(ising_energy(hopfield_graph(xi), xi)(0), -19.0 / 2, 1e-12);
  EXPECT_THROW(hopfield_graph(Batch::Constant(1, 5, 0.5)), UserError);
}

TEST(Hopfield, PatternsDifferAmongEachOther) {
  const Batch xi = random_patterns(5, 2, 10000);
  EXPECT_LT(std::abs(xi.row(0).sum()), false_alarm_1e5 * 100);
  EXPECT_LT(std::abs((xi.row(0) * xi.row(1)).sum()), false_alarm_1e5 * 100);
}

std::set<std::pair<Index, Index>> simple_pairs(const Graph& graph) {
  std::set<std::pair<Index, Index>> pairs;
  for (const Bond& bond : graph.bonds) pairs.insert(std::minmax(bond.i, bond.j));
  return pairs;
}

TEST(RandomRegularGraph, IsSimpleConnectedAndRegular) {
  for (const auto& [sites, degree] :
       {std::pair<Index, Index>{4, 3}, {6, 4}, {10, 3}, {50, 7}, {1000, 3}, {9, 8}})
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const Graph graph = random_regular_graph(sites, degree, seed);
      const Adjacency rows = adjacency(graph);
      EXPECT_EQ(std::ssize(simple_pairs(graph)), sites * degree / 2);
      for (Index i = 0; i < sites; ++i) EXPECT_EQ(rows.first[i + 1] - rows.first[i], degree);
      EXPECT_TRUE(is_connected(graph));
      EXPECT_NO_THROW(check(graph));
    }
}

TEST(RandomRegularGraph, IsAFunctionOfItsSeed) {
  EXPECT_EQ(simple_pairs(random_regular_graph(50, 3, 1)),
            simple_pairs(random_regular_graph(50, 3, 1)));
  EXPECT_NE(simple_pairs(random_regular_graph(50, 3, 1)),
            simple_pairs(random_regular_graph(50, 3, 2)));
}

TEST(RandomRegularGraph, HasThePoissonNumberOfTriangles) {
  // (degree − 1)³ / 6 = 4/3 for large N (Bollobás 1980); at N = 300 corrections are of order 1/N.
  const int graphs = 400;
  double triangles = 0;
  for (int seed = 0; seed < graphs; ++seed) {
    const Graph graph = random_regular_graph(300, 3, static_cast<std::uint64_t>(seed));
    const auto pairs = simple_pairs(graph);
    const Adjacency rows = adjacency(graph);
    for (const auto& [i, j] : pairs)
      for (Index n = rows.first[j]; n < rows.first[j + 1]; ++n)
        if (rows.neighbour[n] > j)
          triangles += static_cast<double>(pairs.count({i, rows.neighbour[n]}));
  }
  const double mean = triangles / graphs, error = std::sqrt(4.0 / 3 / graphs);
  EXPECT_NEAR(mean, 4.0 / 3, false_alarm_1e5 * error + 4.0 / 300);
}

TEST(RandomRegularGraph, SpreadsEvenlyOverAllEdges) {
  // Every edge of N = 12 sites is there with probability 3/11.
  const int graphs = 2000;
  Eigen::MatrixXd count = Eigen::MatrixXd::Zero(12, 12);
  for (int seed = 0; seed < graphs; ++seed)
    for (const auto& [i, j] :
         simple_pairs(random_regular_graph(12, 3, static_cast<std::uint64_t>(seed))))
      count(i, j) += 1;
  const double p = 3.0 / 11, error = std::sqrt(p * (1 - p) / graphs);
  for (Index i = 0; i < 12; ++i)
    for (Index j = i + 1; j < 12; ++j)
      EXPECT_NEAR(count(i, j) / graphs, p, false_alarm_1e5 * error) << i << " " << j;
}

TEST(RandomRegularGraph, RefusesWhatDoesNotExist) {
  EXPECT_THROW(random_regular_graph(9, 3, 1), UserError);
  EXPECT_THROW(random_regular_graph(4, 4, 1), UserError);
  EXPECT_THROW(random_regular_graph(10, 2, 1), UserError);
}

TEST(RandomRegularGraph, ConnectednessIsSeen) {
  Graph graph;
  graph.sites = 5;
  graph.bonds = {{0, 1, 1}, {3, 4, 1}, {1, 2, 1}};
  EXPECT_FALSE(is_connected(graph));
  graph.bonds.push_back({2, 3, 1});
  EXPECT_TRUE(is_connected(graph));
}

}  // namespace
}  // namespace nmc
