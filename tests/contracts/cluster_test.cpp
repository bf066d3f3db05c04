#include <gtest/gtest.h>

#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/cluster/cluster_random.hpp"
#include "samplers/cluster/swendsen_wang.hpp"
#include "samplers/cluster/swendsen_wang_walk.hpp"
#include "samplers/cluster/wolff.hpp"
#include "samplers/cluster/wolff_walk.hpp"
#include "tests/contracts/all_outcomes.hpp"

/// πP = π and detailed balance of the cluster walks by enumeration: every decision that the walk's
/// own code asks for is taken in every way.
namespace nmc {
namespace {

using test::AllOutcomes;

constexpr double kSeen = 1e-4;  // a defect that the mistakes below must exceed

/// Six spins, nine bonds of real couplings, one of them doubled, and fields of both signs.
Graph random_graph() {
  Graph graph;
  graph.sites = 6;
  graph.bonds = {{0, 1, 0.7}, {1, 2, 1.3}, {2, 3, 0.2},  {3, 4, 0.9}, {4, 5, 0.45},
                 {5, 0, 1.1}, {0, 3, 0.6}, {1, 4, 0.35}, {0, 1, 0.15}};
  graph.field = {0.3, 0, -0.4, 0.1, 0, 0.25};
  return graph;
}

Graph without_torus(Graph graph) {
  graph.torus.clear();
  return graph;
}

Graph with_field(Graph graph, std::vector<double> field) {
  graph.field = std::move(field);
  return without_torus(graph);
}

Eigen::VectorXd weights(const Ising& ising) {
  const Index states = Index{1} << ising.sites();
  Batch x(states, ising.sites());
  std::vector<std::int8_t> s(static_cast<std::size_t>(ising.sites()));
  for (Index state = 0; state < states; ++state) {
    test::to_spins(state, s);
    for (Index i = 0; i < ising.sites(); ++i) x(state, i) = s[static_cast<std::size_t>(i)];
  }
  return test::normalised(ising.log_density(x));
}

Eigen::MatrixXd wolff_matrix(const ClusterBonds& bonds) {
  WolffWalk<AllOutcomes> walk(bonds);
  return test::transition_matrix(bonds.sites, bonds.uniform,
                                 [&](std::int8_t* s, AllOutcomes& r) { walk.turn_one(s, r); });
}

Eigen::MatrixXd swendsen_wang_matrix(const ClusterBonds& bonds) {
  SwendsenWangWalk<AllOutcomes> walk(bonds);
  return test::transition_matrix(bonds.sites, bonds.uniform,
                                 [&](std::int8_t* s, AllOutcomes& r) { walk.update(s, r); });
}

void expect_exact(const Eigen::VectorXd& pi, const Eigen::MatrixXd& P) {
  EXPECT_LT(test::stationarity_defect(pi, P), test::kBar);
  EXPECT_LT(test::detailed_balance_defect(pi, P), test::kBar);
}

TEST(WolffContract, HoldsOnTheTorusThroughBothWalks) {
  for (const auto& extents : {std::vector<Index>{2, 2}, {3, 3}}) {
    const Graph graph = make_graph(torus(extents));
    const Ising ising(graph, 0.4), general(without_torus(graph), 0.4);
    const Eigen::MatrixXd P = wolff_matrix(make_cluster_bonds(ising, "wolff"));
    expect_exact(weights(ising), P);
    const Eigen::MatrixXd Q = wolff_matrix(make_cluster_bonds(general, "wolff"));
    EXPECT_LT((P - Q).cwiseAbs().maxCoeff(), test::kBar);
  }
}

TEST(WolffContract, HoldsWithRealCouplingsAndFields) {
  const Ising ising(random_graph(), 0.7);
  expect_exact(weights(ising), wolff_matrix(make_cluster_bonds(ising, "wolff")));
  const Ising small(with_field(make_graph(torus({2, 2})), {0.5, 0.5, 0.5, 0.5}), 0.3);
  expect_exact(weights(small), wolff_matrix(make_cluster_bonds(small, "wolff")));
}

TEST(SwendsenWangContract, HoldsOnTheTorusThroughBothWalks) {
  const Graph graph = make_graph(torus({2, 2}));
  const Ising ising(graph, 0.4), general(without_torus(graph), 0.4);
  const Eigen::MatrixXd P = swendsen_wang_matrix(make_cluster_bonds(ising, "swendsen_wang"));
  expect_exact(weights(ising), P);
  const Eigen::MatrixXd Q = swendsen_wang_matrix(make_cluster_bonds(general, "swendsen_wang"));
  EXPECT_LT((P - Q).cwiseAbs().maxCoeff(), test::kBar);
}

TEST(SwendsenWangContract, HoldsOnTheTorusOf3x3) {
  const Ising ising(make_graph(torus({3, 3})), 0.4);
  expect_exact(weights(ising), swendsen_wang_matrix(make_cluster_bonds(ising, "swendsen_wang")));
}

TEST(SwendsenWangContract, HoldsWithRealCouplingsAndFields) {
  const Ising ising(random_graph(), 0.7);
  expect_exact(weights(ising), swendsen_wang_matrix(make_cluster_bonds(ising, "swendsen_wang")));
}

TEST(ClusterContract, SeesAWrongBondProbability) {
  const Ising ising(make_graph(torus({2, 2})), 0.4);
  ClusterBonds bonds = make_cluster_bonds(ising, "wolff");
  bonds.uniform = threshold_of(1.01 * bond_probability(0.4, 1));
  EXPECT_GT(test::stationarity_defect(weights(ising), wolff_matrix(bonds)), kSeen);
  EXPECT_GT(test::stationarity_defect(weights(ising), swendsen_wang_matrix(bonds)), kSeen);
}

TEST(ClusterContract, SeesAForgottenFieldOrADoubledBondLost) {
  const Ising ising(random_graph(), 0.7);
  ClusterBonds bonds = make_cluster_bonds(ising, "wolff");
  bonds.ghost[2] = 0;
  EXPECT_GT(test::stationarity_defect(weights(ising), wolff_matrix(bonds)), kSeen);
  EXPECT_GT(test::stationarity_defect(weights(ising), swendsen_wang_matrix(bonds)), kSeen);
  bonds = make_cluster_bonds(ising, "wolff");
  bonds.threshold[0] = threshold_of(bond_probability(0.7, 0.7));
  EXPECT_GT(test::stationarity_defect(weights(ising), wolff_matrix(bonds)), kSeen);
}

/// Largest pull of the counts of many steps from every state against the enumerated matrix.
double largest_pull(const Sampler& sampler, const Eigen::MatrixXd& P) {
  constexpr Index kCopies = 4000;
  const Index states = P.rows(), n = sampler.sites();
  double worst = 0;
  for (Index state = 0; state < states; ++state) {
    std::vector<std::int8_t> s(static_cast<std::size_t>(n));
    test::to_spins(state, s);
    ChainState chains;
    chains.x.resize(kCopies, n);
    for (Index i = 0; i < n; ++i) chains.x.col(i).setConstant(s[static_cast<std::size_t>(i)]);
    const Streams streams{11, static_cast<std::uint64_t>(state), 0, Purpose::test};
    sampler.init(chains, streams, kCopies);
    sampler.step(chains, streams);
    Eigen::VectorXd count = Eigen::VectorXd::Zero(states);
    for (Index c = 0; c < kCopies; ++c) {
      for (Index i = 0; i < n; ++i) s[static_cast<std::size_t>(i)] = chains.spins.row(c)[i];
      count(test::to_state(s)) += 1;
    }
    for (Index to = 0; to < states; ++to) {
      const double p = P(state, to), expected = kCopies * p;
      if (p == 0) worst = std::max(worst, count(to) > 0 ? 1e9 : 0.0);
      if (expected > 20)
        worst = std::max(worst, std::abs(count(to) - expected) / std::sqrt(expected * (1 - p)));
    }
  }
  return worst;
}

// 5.5 sigma, at most 64 x 64 counts: false alarm below 4096 x 4e-8 = 2e-4 for a new seed.
TEST(ClusterStep, HasTheEnumeratedOdds) {
  const Ising torus_ising(make_graph(torus({2, 2})), 0.4), ising(random_graph(), 0.7);
  for (const Ising* target : {&torus_ising, &ising}) {
    const ClusterBonds bonds = make_cluster_bonds(*target, "");
    EXPECT_LT(largest_pull(Wolff(*target, {}), wolff_matrix(bonds)), 5.5);
    EXPECT_LT(largest_pull(SwendsenWang(*target, SpinStart::up), swendsen_wang_matrix(bonds)), 5.5);
  }
}

}  // namespace
}  // namespace nmc
