#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/archive/file.hpp"
#include "core/errors.hpp"
#include "core/roles/all_states.hpp"
#include "core/statistics/significance.hpp"
#include "models/tensor_networks/tensor_network.hpp"
#include "physics/graphs/planar_lattices.hpp"
#include "physics/systems/graph_labels.hpp"
#include "physics/systems/ising.hpp"

/// Tensor networks of labels against the Boltzmann weights of all configurations.
namespace nmc {
namespace {

/// A lattice of labels with couplings of all sizes and both signs, and with fields.
struct LabelLattice {
  std::string name;
  std::vector<Index> extents;
  Graph graph;
  LabelCoupling coupling;

  [[nodiscard]] TensorNetworkSpec spec(Index chi) const { return {graph, extents, chi, coupling}; }
  [[nodiscard]] Batch states() const {
    return all_states(Support::labels(coupling.states), graph.sites);
  }
  /// ln p of every configuration, normalised.
  [[nodiscard]] Column log_p(double beta, const Batch& s) const {
    const Column log_p = GraphLabels(graph, coupling, beta).log_density(s);
    return log_p - log_p.maxCoeff() - std::log((log_p - log_p.maxCoeff()).exp().sum());
  }
};

LabelLattice rough(std::string name, std::vector<Index> extents, Graph graph,
                   LabelCoupling coupling) {
  graph.torus.clear();
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = (b * b % 7 < 3 ? -1 : 1) * (0.5 + 0.1 * static_cast<double>(b % 5));
  for (Index i = 0; i < graph.sites; ++i)
    graph.field.push_back(0.3 * std::sin(2.0 * static_cast<double>(i)));
  return {std::move(name), std::move(extents), std::move(graph), std::move(coupling)};
}

std::vector<LabelLattice> label_lattices() {
  const Lattice open{{3, 3}, {false, false}}, along_x{{3, 3}, {true, false}};
  const Lattice along_y{{2, 4}, {false, true}};
  std::vector<LabelLattice> all;
  all.push_back(rough("square", open.extents, make_graph(open), potts_coupling(3)));
  all.push_back(rough("clock", {2, 3}, make_graph({{2, 3}, {false, false}}), clock_coupling(5)));
  all.push_back(rough("ring along x", along_x.extents, make_graph(along_x), potts_coupling(3)));
  all.push_back(rough("ring along y", along_y.extents, make_graph(along_y), clock_coupling(4)));
  all.push_back(rough("triangular", open.extents, triangular_graph(open), clock_coupling(3)));
  all.push_back(
      rough("triangular ring", along_x.extents, triangular_graph(along_x), potts_coupling(3)));
  all.push_back(
      rough("honeycomb", {4, 2}, honeycomb_graph({{4, 2}, {false, false}}), potts_coupling(4)));
  all.push_back(rough("closed chain", {7}, make_graph({{7}, {true}}), clock_coupling(4)));
  all.push_back(rough("column", {1, 6}, make_graph({{1, 6}, {false, false}}), potts_coupling(4)));
  return all;
}

TEST(LabelNetwork, IsTheBoltzmannWeightWhereItsBondsAreWideEnough) {
  for (const LabelLattice& lattice : label_lattices())
    for (const double beta : {0.0, 0.4, 1.5}) {
      const Batch s = lattice.states();
      const Column log_q = TensorNetwork(lattice.spec(64), beta).log_prob(s);
      EXPECT_LT((log_q - lattice.log_p(beta, s)).abs().maxCoeff(), 1e-10)
          << lattice.name << ' ' << beta;
    }
}

TEST(LabelNetwork, SumsToOneHoweverNarrowItsBondsAre) {
  for (const LabelLattice& lattice : label_lattices())
    for (const Index chi : {1, 2})
      for (const double beta : {1.5, 40.0, 3000.0}) {
        const Column log_q = TensorNetwork(lattice.spec(chi), beta).log_prob(lattice.states());
        EXPECT_TRUE(log_q.isFinite().all()) << lattice.name << ' ' << chi << ' ' << beta;
        EXPECT_NEAR(log_q.exp().sum(), 1, 1e-12) << lattice.name << ' ' << chi << ' ' << beta;
      }
}

// Ground states without number, and weights of rows that leave the range of a double.
TEST(LabelNetwork, OfAColdAntiferromagnetStaysADensity) {
  Graph graph = make_graph({{11, 16}, {false, false}});
  for (Bond& bond : graph.bonds) bond.J = -1;
  const TensorNetwork network({graph, {11, 16}, 16, potts_coupling(3)}, 50);
  const Draw draw = network.sample({.seed = 1, .purpose = Purpose::propose}, 256);
  EXPECT_TRUE(draw.log_q.isFinite().all());
  EXPECT_TRUE((network.log_prob(draw.x) == draw.log_q).all());
}

// delta = (1 + s s')/2: two states are spins of half the couplings.
TEST(LabelNetwork, OfTwoStatesIsThatOfSpins) {
  const LabelLattice lattice =
      rough("", {4, 3}, make_graph({{4, 3}, {true, false}}), potts_coupling(2));
  Graph halves = lattice.graph;
  for (Bond& bond : halves.bonds) bond.J /= 2;
  for (double& field : halves.field) field /= 2;
  const Batch s = lattice.states();
  for (const Index chi : {1, 2, 16}) {
    const Column labels = TensorNetwork(lattice.spec(chi), 0.9).log_prob(s);
    const Column spins = TensorNetwork({halves, {4, 3}, chi, {}}, 0.9).log_prob(1 - 2 * s);
    EXPECT_LT((labels - spins).abs().maxCoeff(), 1e-11) << chi;
  }
}

// Pearson's statistic of 81 configurations, given the tokens that stay: a false alarm in 1e-5.
TEST(LabelNetwork, DrawsWhatItSays) {
  const LabelLattice lattice =
      rough("", {2, 2}, make_graph({{2, 2}, {false, false}}), potts_coupling(3));
  const TensorNetwork network(lattice.spec(1), 1.2);
  const Batch states = lattice.states();
  const Column q = network.log_prob(states).exp();
  constexpr Index kDraws = 200000;
  for (const Index kept : {0, 1}) {
    Batch s = states.row(50).replicate(kDraws, 1);
    const std::vector<Index> keeps(kDraws, kept);
    const Draw draw = network.redraw(s, keeps, {.seed = 7, .purpose = Purpose::propose});
    EXPECT_TRUE((draw.log_q == network.log_prob(draw.x)).all());
    Column seen = Column::Zero(states.rows()), wanted = q;
    for (Index d = 0; d < kDraws; ++d) seen(state_number(draw.x, d, network.support())) += 1;
    const Index first = network.order()[0];
    for (Index k = 0; k < states.rows(); ++k)
      if (kept == 1 && states(k, first) != s(0, first)) wanted(k) = 0;
    wanted *= kDraws / wanted.sum();
    EXPECT_TRUE((seen == 0 || wanted > 0).all());
    const double statistic =
        (wanted > 0).select((seen - wanted).square() / wanted.max(1e-300), 0.0).sum();
    const auto freedom = static_cast<double>((wanted > 0).count() - 1);
    EXPECT_GT(statistics::chi_square_p(statistic, freedom), 1e-5) << kept;
  }
}

TEST(LabelNetwork, TermsOfTokensAddUpAndPrefixesStay) {
  const LabelLattice lattice = label_lattices()[2];
  const TensorNetwork network(lattice.spec(2), 0.8);
  const Draw draw = network.sample({.seed = 3, .purpose = Purpose::propose}, 100);
  EXPECT_LT((network.log_conditionals(draw.x).rowwise().sum() - draw.log_q).abs().maxCoeff(),
            1e-12);
  const std::vector<Index> kept(100, 4);
  const Draw again = network.redraw(draw.x, kept, {.seed = 4, .purpose = Purpose::propose});
  for (std::size_t t = 0; t < 4; ++t)
    EXPECT_TRUE((again.x.col(network.order()[t]) == draw.x.col(network.order()[t])).all());
  EXPECT_FALSE((again.x == draw.x).all());
}

TEST(LabelNetwork, IsReadAsItWasWritten) {
  const LabelLattice lattice = label_lattices()[3];
  const TensorNetwork network(lattice.spec(3), 0.7);
  const std::string path = testing::TempDir() + "label_network.h5";
  {
    archive::File file = archive::File::create(path);
    file.create_group("/model");
    network.write(file, "/model");
  }
  const auto read = TensorNetwork::read(archive::File::open(path), "/model");
  EXPECT_TRUE(read->support() == Support::labels(4));
  EXPECT_TRUE((read->log_prob(lattice.states()) == network.log_prob(lattice.states())).all());
}

TEST(LabelNetwork, WhatIsNoLabelIsRefused) {
  const LabelLattice lattice = label_lattices()[0];
  const TensorNetwork network(lattice.spec(2), 1);
  for (const double wrong : {-1.0, 3.0, 0.5}) {
    Batch s = Batch::Zero(1, 9);
    s(0, 4) = wrong;
    EXPECT_THROW((void)network.log_prob(s), UserError) << wrong;
  }
  Graph squares = lattice.graph;
  squares.plaquettes.push_back({{0, 1, 3, 4}, 1});
  EXPECT_THROW((void)TensorNetwork({squares, {3, 3}, 2, lattice.coupling}, 1), UserError);
}

}  // namespace
}  // namespace nmc
