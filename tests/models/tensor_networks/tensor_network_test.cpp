#include "models/tensor_networks/tensor_network.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/errors.hpp"
#include "physics/exact/exact.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/graphs/planar_lattices.hpp"
#include "physics/systems/ising.hpp"
#include "tests/models/autoregressive/spin_models.hpp"

/// Tensor networks against the Boltzmann weights of all configurations.
namespace nmc {
namespace {

using testing_spins::all_configurations;

/// A lattice with couplings of all sizes and both signs, and with fields.
struct NamedLattice {
  std::string name;
  Graph graph;
  std::vector<Index> extents;
};

NamedLattice disordered(std::string name, Graph graph, std::vector<Index> extents) {
  graph.torus.clear();
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = (b * b % 7 < 3 ? -1 : 1) * (0.5 + 0.1 * static_cast<double>(b % 5));
  for (std::size_t p = 0; p < graph.plaquettes.size(); ++p)
    graph.plaquettes[p].K = p % 3 == 0 ? -0.4 : 0.6;
  for (Index i = 0; i < graph.sites; ++i)
    graph.field.push_back(0.3 * std::sin(2.0 * static_cast<double>(i)));
  return {std::move(name), std::move(graph), std::move(extents)};
}

/// Every elementary square of an open lattice, or of one that is periodic in x.
Graph with_squares(const Lattice& lattice) {
  Graph graph = make_graph(lattice);
  const Index lx = lattice.extents[0], ly = lattice.extents[1];
  for (Index y = 0; y + 1 < ly; ++y)
    for (Index x = 0; x < (lattice.periodic[0] ? lx : lx - 1); ++x) {
      const Index right = (x + 1) % lx;
      graph.plaquettes.push_back(
          {{x + lx * y, right + lx * y, x + lx * (y + 1), right + lx * (y + 1)}, 1});
    }
  return graph;
}

std::vector<NamedLattice> lattices() {
  const Lattice open{{4, 4}, {false, false}}, along_x{{4, 4}, {true, false}};
  const Lattice along_y{{3, 5}, {false, true}}, narrow{{5, 2}, {false, false}};
  std::vector<NamedLattice> all;
  all.push_back(disordered("square", make_graph(open), open.extents));
  all.push_back(disordered("narrow", make_graph(narrow), narrow.extents));
  all.push_back(disordered("ring along x", make_graph(along_x), along_x.extents));
  all.push_back(disordered("ring along y", make_graph(along_y), along_y.extents));
  all.push_back(disordered("triangular", triangular_graph(open), open.extents));
  all.push_back(disordered("triangular ring", triangular_graph(along_x), along_x.extents));
  all.push_back(disordered("honeycomb", honeycomb_graph(open), open.extents));
  all.push_back(disordered("honeycomb ring", honeycomb_graph(along_x), along_x.extents));
  all.push_back(disordered("squares", with_squares(open), open.extents));
  all.push_back(disordered("squares ring", with_squares(along_x), along_x.extents));
  all.push_back(disordered("chain", make_graph({{9}, {false}}), {9}));
  all.push_back(disordered("closed chain", make_graph({{9}, {true}}), {9}));
  all.push_back(disordered("column", make_graph({{1, 7}, {false, false}}), {1, 7}));
  Graph cross = make_graph(narrow);
  for (const Index x : {0, 1, 2, 3}) {  // both diagonals
    cross.bonds.push_back({x, x + 6, 1});
    cross.bonds.push_back({x + 1, x + 5, 1});
  }
  all.push_back(disordered("both diagonals", cross, narrow.extents));
  return all;
}

// ln q of sixteen spins is a sum of as many logarithms, each of numbers that a few tens of matrices
// have made: 1e-13 where nothing cancels.
TEST(TensorNetwork, IsTheBoltzmannWeightWhereItsBondsAreWideEnough) {
  for (const NamedLattice& lattice : lattices())
    for (const double beta : {0.0, 0.4, 1.0}) {
      const Batch s = all_configurations(lattice.graph.sites);
      const Column log_p = Ising(lattice.graph, beta).log_density(s);
      const double log_z = log_p.maxCoeff() + std::log((log_p - log_p.maxCoeff()).exp().sum());
      const TensorNetwork network({lattice.graph, lattice.extents, 64}, beta);
      const Column log_q = network.log_prob(s);
      EXPECT_LT((log_q - (log_p - log_z)).abs().maxCoeff(), 1e-10) << lattice.name << ' ' << beta;
    }
}

// Beyond enumeration lnZ is the transfer matrix's: ln q = −βH − lnZ of random configurations and of
// draws.
TEST(TensorNetwork, HasTheTransferMatrixsNormOnFiveAndSixRows) {
  for (const Index L : {5, 6}) {
    const NamedLattice lattice = disordered("", make_graph({{L, L}, {false, false}}), {L, L});
    for (const double beta : {0.4, 1.0, 3.0}) {
      const ExactAnswer exact = exact_spins(lattice.graph, beta, {.moments = Moments::none});
      ASSERT_TRUE(exact.value) << exact.reason;
      const TensorNetwork network({lattice.graph, lattice.extents, 64}, beta);
      Batch u(64, L * L);
      fill_uniform({.seed = 4}, u);
      Batch s(128, L * L);
      s << (u < 0.5).select(Batch::Ones(64, L * L), -1.0), network.sample({.seed = 5}, 64).x;
      const Column expected = Ising(lattice.graph, beta).log_density(s) - exact.value->lnZ;
      EXPECT_LT((network.log_prob(s) - expected).abs().maxCoeff(), 1e-10) << L << ' ' << beta;
    }
  }
}

TEST(TensorNetwork, SumsToOneHoweverNarrowItsBondsAre) {
  for (const NamedLattice& lattice : lattices())
    for (const Index chi : {1, 2, 3}) {
      const TensorNetwork network({lattice.graph, lattice.extents, chi}, 1.5);
      const Column q = network.log_prob(all_configurations(lattice.graph.sites)).exp();
      EXPECT_NEAR(q.sum(), 1, 1e-12) << lattice.name << ' ' << chi;
      EXPECT_GT(q.minCoeff(), 0) << lattice.name << ' ' << chi;
    }
}

/// Couplings so strong that the weights of most rows are 0 beside those of others.
TEST(TensorNetwork, StaysADensityWhereWeightsLeaveTheRangeOfADouble) {
  const NamedLattice lattice = lattices().front();
  for (const double beta : {60.0, 3000.0}) {
    const TensorNetwork network({lattice.graph, lattice.extents, 2}, beta);
    const Column log_q = network.log_prob(all_configurations(16));
    EXPECT_TRUE(log_q.isFinite().all()) << beta;
    EXPECT_NEAR(log_q.exp().sum(), 1, 1e-12) << beta;
  }
}

// The odds of a spin lie within e^{±2 β Σ|couplings|}, whatever the others are and however far off
// a truncated weight is: q >= 1/(1 + e^{2 β Σ|couplings|}) of every conditional.
TEST(TensorNetwork, ConditionalsStayWithinWhatTheCouplingsAllow) {
  constexpr double kBeta = 3;
  const std::vector<Index> extents{20, 20};
  constexpr Index kSites = 400;
  const NamedLattice lattice = disordered("", make_graph({extents, {false, false}}), extents);
  std::vector<double> largest(kSites, 0.0);
  for (const Bond& bond : lattice.graph.bonds)
    for (const Index site : {bond.i, bond.j})
      largest[static_cast<std::size_t>(site)] += std::abs(bond.J);
  for (std::size_t i = 0; i < kSites; ++i) largest[i] += std::abs(lattice.graph.field[i]);
  Batch u(64, kSites);
  fill_uniform({.seed = 2}, u);
  const Batch s = (u < 0.5).select(Batch::Ones(64, kSites), -1.0);
  for (const Index chi : {1, 2, 8}) {
    const TensorNetwork network({lattice.graph, extents, chi}, kBeta);
    const Batch terms = network.log_conditionals(s);
    for (Index t = 0; t < kSites; ++t) {
      const auto site = static_cast<std::size_t>(network.order()[static_cast<std::size_t>(t)]);
      EXPECT_GE(terms.col(t).minCoeff(), -std::log1p(std::exp(2 * kBeta * largest[site])) - 1e-9)
          << chi << ' ' << site;
    }
  }
}

TEST(TensorNetwork, WiderBondsComeNearer) {
  const NamedLattice lattice = lattices()[4];
  const Batch s = all_configurations(16);
  const Column log_p = Ising(lattice.graph, 1).log_density(s);
  double before = 1e9;
  for (const Index chi : {1, 2, 3}) {
    const Column log_q = TensorNetwork({lattice.graph, lattice.extents, chi}, 1).log_prob(s);
    const Column p = (log_p - log_p.maxCoeff()).exp();
    const double divergence = (p * (log_p - log_q)).sum() / p.sum() -
                              (log_p.maxCoeff() + std::log((log_p - log_p.maxCoeff()).exp().sum()));
    EXPECT_GE(divergence, -1e-12);
    EXPECT_LT(divergence, before) << chi;
    before = divergence;
  }
}

TEST(TensorNetwork, AtAnotherTemperatureIsTheNetworkMadeThere) {
  const NamedLattice lattice = lattices()[1];
  const TensorNetworkSpec spec{lattice.graph, lattice.extents, 2};
  TensorNetwork network(spec, 0.3);
  const Batch s = all_configurations(10);
  const Column expected = TensorNetwork(spec, 0.9).log_prob(s);
  EXPECT_TRUE((network.tokens_at({{0.9}})->log_prob(s) == expected).all());
  network.set_condition({{0.9}});
  EXPECT_EQ(network.beta(), 0.9);
  EXPECT_TRUE((network.log_prob(s) == expected).all());
  EXPECT_THROW(network.set_condition({{-0.1}}), UserError);
}

std::string refusal_of(const TensorNetworkSpec& spec) {
  try {
    (void)TensorNetwork(spec, 1);
  } catch (const UserError& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(TensorNetwork, WhatHasNoRowsIsRefusedWithItsCoupling) {
  const auto says = [](const TensorNetworkSpec& spec, const std::string& words) {
    const std::string said = refusal_of(spec);
    EXPECT_NE(said.find(words), std::string::npos) << said;
  };
  says({make_graph(torus({4, 4})), {4, 4}, 4}, "leave one direction open");
  says({make_graph({{3, 3, 3}, {false, false, false}}), {3, 3, 3}, 4}, "3 directions");
  Graph far = make_graph({{4, 4}, {false, false}});
  far.bonds.push_back({0, 10, 1});
  says({far, {4, 4}, 4}, "the bond of sites 0 and 10");
  Graph strange = make_graph({{4, 4}, {false, false}});
  strange.plaquettes.push_back({{0, 1, 4, 6}, 1});
  says({strange, {4, 4}, 4}, "the term of sites 0, 1, 4, 6");
  const Graph open = make_graph({{4, 4}, {false, false}});
  says({open, {4, 4}, 0}, "chi = 0");
  says({open, {4, 5}, 4}, "does not have 16 sites");
  says({make_graph({{200, 200}, {false, false}}), {200, 200}, 100000}, "GB are free");
}

}  // namespace
}  // namespace nmc
