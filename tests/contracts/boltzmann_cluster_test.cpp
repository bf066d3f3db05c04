#include "samplers/cluster/boltzmann_cluster.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/cluster/cluster_random.hpp"
#include "samplers/cluster/swendsen_wang.hpp"
#include "samplers/cluster/swendsen_wang_walk.hpp"
#include "tests/contracts/all_outcomes.hpp"
#include "tests/contracts/chain_classes.hpp"
#include "tests/contracts/frequencies.hpp"

/// πP = π of clusters of Boltzmann machines by enumeration of every decision of the walk, on the
/// curve and off it.
namespace nmc {
namespace {

using test::AllOutcomes;

constexpr double kMachineBeta = 0.4, kEver = std::numeric_limits<double>::infinity();

/// Couplings of both signs; with fields and a term of four spins where it is not `plain`.
Graph five_spins(bool is_plain) {
  Graph graph;
  graph.sites = 5;
  graph.bonds = {{0, 1, 0.7}, {1, 2, -1.1}, {2, 3, 0.4}, {3, 0, -0.3}, {0, 2, 0.6}, {3, 4, 1.2}};
  if (is_plain) return graph;
  graph.field = {0.3, -0.2, 0, 0.5, 0.1};
  graph.plaquettes = {{{0, 1, 2, 4}, 0.45}};
  return graph;
}

Graph open_square(Index L) {
  return make_graph({{L, L}, {false, false}});
}

Batch all_spins(Index sites) {
  Batch x(Index{1} << sites, sites);
  std::vector<std::int8_t> s(static_cast<std::size_t>(sites));
  for (Index state = 0; state < x.rows(); ++state) {
    test::to_spins(state, s);
    for (Index i = 0; i < sites; ++i) x(state, i) = s[static_cast<std::size_t>(i)];
  }
  return x;
}

Eigen::VectorXd weights_of(const Graph& graph) {
  return test::normalised(Ising(graph, kMachineBeta).log_density(all_spins(graph.sites)));
}

/// Of the machine's clusters, each turned or not, without a decision on the whole.
Eigen::MatrixXd machine_matrix(const Graph& graph, const MachineShape& shape) {
  const Ising ising(graph, kMachineBeta);
  const ClusterBonds bonds = make_machine_bonds(ising, shape);
  SwendsenWangWalk<AllOutcomes, true> walk(bonds);
  return test::transition_matrix(graph.sites, bonds.uniform,
                                 [&](std::int8_t* s, AllOutcomes& r) { walk.update(s, r); });
}

/// The same with the decision, whose ratio is π(s') p̃(s)/(π(s) p̃(s')); the machine's density is
/// that of the bonds alone, at factor β.
Eigen::MatrixXd decided_matrix(const Graph& graph, const MachineShape& shape) {
  Graph bonds_alone = graph;
  bonds_alone.field.clear();
  bonds_alone.plaquettes.clear();
  const Batch x = all_spins(graph.sites);
  const Column rest = Ising(graph, kMachineBeta).log_density(x) -
                      Ising(bonds_alone, shape.factor * kMachineBeta).log_density(x);
  Eigen::MatrixXd P = machine_matrix(graph, shape);
  for (Index from = 0; from < P.rows(); ++from) {
    double stays = 0;
    for (Index to = 0; to < P.cols(); ++to) {
      const double taken = P(from, to) * std::min(1.0, std::exp(rest(to) - rest(from)));
      if (to != from) stays += P(from, to) - taken;
      P(from, to) = to == from ? P(from, to) : taken;
    }
    P(from, from) += stays;
  }
  return P;
}

void expect_exact_machine(const Graph& graph, const Eigen::MatrixXd& P) {
  const Eigen::VectorXd pi = weights_of(graph);
  EXPECT_LT(test::stationarity_defect(pi, P), test::kBar);
  EXPECT_LT(test::detailed_balance_defect(pi, P), test::kBar);
  EXPECT_TRUE(test::classes_of(test::successors(P)).is_ergodic());
}

TEST(HiddenUnit, LiesOnTheCurve) {
  for (const double K : {0.3, -0.3, 1.1})
    for (const double W : {1.2, 2.0, 7.0}) {
      const HiddenUnit unit{K, std::copysign(W, K)};
      const double b = unit.b();
      EXPECT_NEAR(std::log1p(std::exp(b + unit.W)) - std::log1p(std::exp(b - unit.W)), 2 * K,
                  1e-13);
      EXPECT_NEAR(unit.on_between_equal(), 1 / (1 + std::exp(-b - unit.W)), 1e-13);
      EXPECT_NEAR(unit.on_between_unequal(), 1 / (1 + std::exp(-b + unit.W)), 1e-13);
    }
}

TEST(BoltzmannClusterContract, RejectsNothingOnTheCurve) {
  for (const double W : {0.45, 3.0, kEver}) {
    const Graph torus_of_two = make_graph(torus({2, 2}));
    expect_exact_machine(torus_of_two, machine_matrix(torus_of_two, {W}));
    const Graph five = five_spins(true);
    expect_exact_machine(five, machine_matrix(five, {W + 0.1}));
  }
  const Graph square = open_square(3);
  expect_exact_machine(square, machine_matrix(square, {0.8}));
}

TEST(BoltzmannClusterContract, HoldsOffTheCurveWithFieldsAndPlaquettes) {
  const Graph five = five_spins(false);
  for (const double W : {0.9, kEver})
    for (const double factor : {1.0, 0.5, 0.0, 1.5})
      expect_exact_machine(five, decided_matrix(five, {W, factor}));
}

/// Units of plaquettes of either sign, fields left out: without a decision.
TEST(BoltzmannClusterContract, RejectsNothingWithUnitsOfPlaquettes) {
  Graph five = five_spins(false);
  five.field.clear();
  five.plaquettes.push_back({{1, 2, 3, 4}, -0.8});
  for (const double W : {0.9, kEver})
    expect_exact_machine(five, machine_matrix(five, {W, 1, true}));
  for (const bool satisfied : {true, false}) {
    const Ising ising(five, kMachineBeta);
    ClusterBonds bonds = make_machine_bonds(ising, {0.9, 1, true});
    (satisfied ? bonds.fours.front().satisfied : bonds.fours.front().broken) /= 2;
    SwendsenWangWalk<AllOutcomes, true> walk(bonds);
    const Eigen::MatrixXd P = test::transition_matrix(
        five.sites, bonds.uniform, [&](std::int8_t* s, AllOutcomes& r) { walk.update(s, r); });
    EXPECT_GT(test::stationarity_defect(weights_of(five), P), 1e-4);
  }
}

/// The ratio forgotten, and odds that do not lie on the curve.
TEST(BoltzmannClusterContract, SeesAForgottenRatio) {
  const Graph five = five_spins(false);
  EXPECT_GT(test::stationarity_defect(weights_of(five), machine_matrix(five, {0.9})), 1e-3);
  const Graph plain = five_spins(true);
  EXPECT_GT(test::stationarity_defect(weights_of(plain), machine_matrix(plain, {0.9, 0.9})), 1e-3);
}

TEST(BoltzmannClusterStep, WithUnitsOfPlaquettesIsTheKernelOfTheEnumeration) {
  constexpr Index kChains = 20000;
  Graph five = five_spins(false);
  five.field.clear();
  const Ising ising(five, kMachineBeta);
  const BoltzmannCluster sampler(ising, {.W = 0.9, .has_fours = true});
  EXPECT_TRUE(sampler.rejects_nothing());
  const Eigen::MatrixXd P = machine_matrix(five, {0.9, 1, true});
  for (Index from = 3; from < P.rows(); from += 9) {
    ChainState state;
    state.x = all_spins(5).row(from).replicate(kChains, 1);
    const Streams streams{.seed = 9, .step = static_cast<std::uint64_t>(from)};
    sampler.init(state, streams, kChains);
    sampler.step(state, streams);
    EXPECT_GT(
        test::agreement(test::counts(state.configurations()), P.row(from).transpose().array()),
        1e-7);
  }
}

/// One step of many chains from one state: chi² against the row of P, 1e-7 each.
TEST(BoltzmannClusterStep, IsTheKernelOfTheEnumeration) {
  constexpr Index kChains = 20000;
  const Graph five = five_spins(false);
  const Ising ising(five, kMachineBeta);
  const BoltzmannCluster sampler(ising, {.W = 0.9, .factor = 0.7});
  const Eigen::MatrixXd P = decided_matrix(five, {0.9, 0.7});
  for (Index from = 0; from < P.rows(); from += 5) {
    ChainState state;
    state.x = all_spins(5).row(from).replicate(kChains, 1);
    const Streams streams{.seed = 8, .step = static_cast<std::uint64_t>(from)};
    sampler.init(state, streams, kChains);
    sampler.step(state, streams);
    const Batch x = state.configurations();
    EXPECT_GT(test::agreement(test::counts(x), P.row(from).transpose().array()), 1e-7);
    EXPECT_LT((state.log_p - ising.log_density(x)).abs().maxCoeff(), 1e-12);
  }
}

TEST(BoltzmannClusterStep, WithInfiniteWIsSwendsenWangBitForBit) {
  Graph general = make_graph(torus({6, 5}));
  general.torus.clear();
  for (const Graph& graph : {make_graph(torus({6, 5})), general}) {
    const Ising ising(graph, kMachineBeta);
    const SwendsenWang theirs(ising, SpinStart::random);
    const BoltzmannCluster ours(ising, {.W = kEver});
    ChainState a, b;
    theirs.init(a, {.seed = 5}, 20);
    ours.init(b, {.seed = 5}, 20);
    for (std::uint64_t step = 1; step < 20; ++step) {
      theirs.step(a, {.seed = 5, .step = step});
      const StepInfo info = ours.step(b, {.seed = 5, .step = step});
      EXPECT_TRUE((info.acceptance == 1).all());
    }
    EXPECT_TRUE((a.configurations() == b.configurations()).all());
  }
}

TEST(BoltzmannClusterTuning, FitsItsCouplingsAndIsFrozen) {
  Graph graph = make_graph(torus({4, 4}));
  for (Index y = 0; y < 4; ++y)
    for (Index x = 0; x < 4; ++x) {
      const auto at = [&](Index dx, Index dy) { return (x + dx) % 4 + 4 * ((y + dy) % 4); };
      graph.plaquettes.push_back({{at(0, 0), at(1, 0), at(0, 1), at(1, 1)}, 0.2});
    }
  graph.torus.clear();
  const Ising ising(graph, 1 / 2.493);
  BoltzmannCluster sampler(ising, {.W = kEver});
  Tuning& tuning = *sampler.tuning();
  ChainState state;
  sampler.init(state, {.seed = 1}, 500);
  constexpr Index kWarmup = 100;
  for (Index step = 0; !tuning.is_frozen(); ++step) {
    sampler.step(state, {.seed = 1, .step = static_cast<std::uint64_t>(step + 1)});
    WarmupStep pooled{step, kWarmup, Column::Ones(1), {}};
    if (tuning.wants_configurations(step, kWarmup)) pooled.x = state.configurations();
    tuning.adapt(pooled);
  }
  // J_1 of data/zoo/neural_mc.json, here to 1 % of 25000 rows.
  EXPECT_NEAR(sampler.factor(), 1.1204, 0.012);
  BoltzmannCluster other(ising, {.W = kEver});
  other.tuning()->set_numbers(tuning.numbers());
  EXPECT_EQ(other.factor(), sampler.factor());
  EXPECT_THROW(tuning.adapt({kWarmup, kWarmup, Column::Ones(1), {}}), UserError);
}

TEST(BoltzmannClusterOptions, RefuseAWThatIsTooSmall) {
  const Ising ising(make_graph(torus({4, 4})), 0.5);
  EXPECT_THROW(BoltzmannCluster(ising, {.W = 0.5}), UserError);
  EXPECT_NO_THROW(BoltzmannCluster(ising, {.W = 0.51}));
}

}  // namespace
}  // namespace nmc
