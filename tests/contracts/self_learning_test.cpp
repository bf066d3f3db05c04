#include "samplers/cluster/self_learning.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/cluster/self_learning_walk.hpp"
#include "tests/contracts/all_outcomes.hpp"
#include "tests/contracts/chain_classes.hpp"
#include "tests/contracts/frequencies.hpp"
#include "tests/support/paths.hpp"

/// πP = π of clusters of a surrogate by enumeration of every decision that the walk asks for, for
/// systems with plaquettes, fields and couplings of both signs.
namespace nmc {
namespace {

using test::AllOutcomes;

/// The torus of L x L with terms of four spins.
Graph plaquette_torus(Index L, double K) {
  Graph graph = make_graph(torus({L, L}));
  for (Index y = 0; y < L; ++y)
    for (Index x = 0; x < L; ++x) {
      const auto at = [&](Index dx, Index dy) { return (x + dx) % L + L * ((y + dy) % L); };
      graph.plaquettes.push_back({{at(0, 0), at(1, 0), at(0, 1), at(1, 1)}, K});
    }
  graph.torus.clear();
  return graph;
}

/// Four spins, couplings of both signs, fields, one term of four spins.
Graph frustrated_four() {
  Graph graph;
  graph.sites = 4;
  graph.bonds = {{0, 1, 0.7}, {1, 2, -1.1}, {2, 3, 0.4}, {3, 0, -0.3}, {0, 2, 0.6}};
  graph.field = {0.3, -0.2, 0, 0.5};
  graph.plaquettes = {{{0, 1, 2, 3}, 0.45}};
  return graph;
}

Batch spin_states(Index sites) {
  Batch x(Index{1} << sites, sites);
  std::vector<std::int8_t> s(static_cast<std::size_t>(sites));
  for (Index state = 0; state < x.rows(); ++state) {
    test::to_spins(state, s);
    for (Index i = 0; i < sites; ++i) x(state, i) = s[static_cast<std::size_t>(i)];
  }
  return x;
}

Eigen::MatrixXd matrix_of(const SurrogateBonds& bonds) {
  SelfLearningWalk<AllOutcomes> walk(bonds);
  return test::transition_matrix(bonds.sites(), 0,
                                 [&](std::int8_t* s, AllOutcomes& r) { walk.turn_one(s, r); });
}

void expect_invariant(const Graph& graph, const BondClasses& classes,
                      const std::vector<double>& couplings) {
  constexpr double kBeta = 0.4;
  const Ising ising(graph, kBeta);
  const Eigen::VectorXd pi = test::normalised(ising.log_density(spin_states(graph.sites)));
  const Eigen::MatrixXd P = matrix_of(make_surrogate(graph, kBeta, classes, couplings));
  EXPECT_LT(test::stationarity_defect(pi, P), test::kBar);
  EXPECT_LT(test::detailed_balance_defect(pi, P), test::kBar);
  EXPECT_TRUE(test::classes_of(test::successors(P)).is_ergodic());
}

TEST(SelfLearningContract, LeavesTheSystemInvariantWhateverTheSurrogateIs) {
  const Graph four = frustrated_four();
  for (const double J : {1.0, 0.6, -0.8, 0.0}) expect_invariant(four, {four.bonds.list()}, {J});
  expect_invariant(four, {four.bonds.list(), {{1, 3, 1.0}}}, {0.9, -0.5});
  const Graph two = plaquette_torus(2, 0.2);
  expect_invariant(two, {two.bonds.list()}, {1.1});
}

TEST(SelfLearningContract, HoldsOnThreeByThreeWithPlaquettes) {
  const Graph graph = plaquette_torus(3, 0.2);
  // Bonds to the left and upwards alone keep the number of outcomes small.
  BondClasses few{{graph.bonds.list().begin(), graph.bonds.list().begin() + 6}};
  expect_invariant(graph, few, {1.2});
}

/// All sites joined with all, and every four of them by a term: five sites have four bonds and four
/// terms each, seven have six bonds and twenty terms.
Graph everyone(Index sites, double J, double K) {
  Graph graph;
  graph.sites = sites;
  std::vector<Bond> bonds;
  for (Index i = 0; i < sites; ++i)
    for (Index j = i + 1; j < sites; ++j) {
      bonds.push_back({i, j, J});
      for (Index k = j + 1; k < sites; ++k)
        for (Index l = k + 1; l < sites; ++l) graph.plaquettes.push_back({{i, j, k, l}, K});
    }
  graph.bonds = bonds;
  return graph;
}

template <Index Degree>
void expect_the_same_walk(const Graph& graph, double J) {
  constexpr double kBeta = 0.3;
  const SurrogateBonds bonds =
      make_surrogate(graph, kBeta, {graph.bonds.list()}, std::vector<double>{J});
  const std::optional<UniformSurrogate> uniform = uniform_surrogate(graph, bonds);
  ASSERT_TRUE(uniform);
  UniformLearningWalk<AllOutcomes, Degree> walk(*uniform);
  const Eigen::MatrixXd P =
      test::transition_matrix(graph.sites, uniform->threshold, [&](std::int8_t* s, AllOutcomes& r) {
        walk.begin(s);
        walk.turn_one(s, r);
      });
  EXPECT_LT((P - matrix_of(bonds)).cwiseAbs().maxCoeff(), test::kBar);
}

TEST(SelfLearningContract, TheWalkOfUniformBondsIsThatOfAnyBonds) {
  for (const double J : {1.3, 1.0, 0.5}) {
    expect_the_same_walk<4>(everyone(5, 0.6, 0.25), J);
    expect_the_same_walk<4>(everyone(5, 0.6, -0.4), J);
  }
  expect_the_same_walk<6>(everyone(7, 0.4, 0.1), 1.1);
}

TEST(SelfLearningContract, OtherBondsAreNotTakenForUniformOnes) {
  const auto is_uniform = [](const Graph& graph, double J) {
    return uniform_surrogate(
               graph, make_surrogate(graph, 0.4, {graph.bonds.list()}, std::vector<double>{J}))
        .has_value();
  };
  EXPECT_TRUE(is_uniform(plaquette_torus(4, 0.2), 1.1));
  EXPECT_FALSE(is_uniform(plaquette_torus(4, 0.2), -1.1));
  EXPECT_FALSE(is_uniform(plaquette_torus(2, 0.2), 1.1));
  EXPECT_FALSE(is_uniform(frustrated_four(), 1));
  Graph fields = plaquette_torus(4, 0.2);
  fields.field.assign(16, 0.1);
  EXPECT_FALSE(is_uniform(fields, 1.1));
  Graph uneven = plaquette_torus(4, 0.2);
  uneven.plaquettes.back().K = 0.3;
  EXPECT_FALSE(is_uniform(uneven, 1.1));
  const Graph graph = plaquette_torus(4, 0.2);
  const BondClasses two{graph.bonds.list(), {{0, 5, 1.0}}};
  EXPECT_FALSE(
      uniform_surrogate(graph, make_surrogate(graph, 0.4, two, std::vector<double>{1, 0.2})));
}

/// Clusters one after the other keep the products that begin() made.
TEST(SelfLearningStep, TheTwoWalksAgreeOnTheMoments) {
  const Graph graph = plaquette_torus(4, 0.2);
  const Ising ising(graph, 0.4);
  const Column p = test::normalised(ising.log_density(spin_states(16))).array();
  const double exact = (p * ising.energy(spin_states(16))).sum();
  SelfLearningOptions options;
  options.classes = {graph.bonds.list()};
  options.couplings = {1.12};
  options.learns = false;
  options.clusters = 8;
  SelfLearning sampler(ising, options);
  ChainState state;
  constexpr Index kChains = 4000;
  sampler.init(state, {.seed = 2, .step = 0}, kChains);
  double mean = 0;
  constexpr std::uint64_t kBurn = 20, kSteps = 40;
  for (std::uint64_t step = 1; step <= kBurn + kSteps; ++step) {
    sampler.step(state, {.seed = 2, .step = step});
    EXPECT_LT((state.log_p - ising.log_density(state.configurations())).abs().maxCoeff(), 1e-10);
    if (step > kBurn) mean += state.energy.mean() / kSteps;
  }
  // Chains are independent: 4000 of them, the deviation of one below 12.
  EXPECT_NEAR(mean, exact, 5 * 12 / std::sqrt(4000.0));
}

/// The ratio forgotten: clusters of the surrogate that are always taken.
TEST(SelfLearningContract, SeesAForgottenRatio) {
  Graph graph = frustrated_four();
  const double beta = 0.4;
  const Eigen::VectorXd pi = test::normalised(Ising(graph, beta).log_density(spin_states(4)));
  Graph bonds_alone = graph;
  bonds_alone.plaquettes.clear();
  bonds_alone.field.clear();
  SurrogateBonds bonds = make_surrogate(bonds_alone, beta, {graph.bonds.list()}, std::vector{1.0});
  EXPECT_GT(test::stationarity_defect(pi, matrix_of(bonds)), 1e-3);
}

nlohmann::json known() {
  const std::string path = tests::shared_data() + "/zoo/neural_mc.json";
  if (!std::filesystem::exists(path)) return nullptr;
  std::ifstream file(path);
  return nlohmann::json::parse(file)["slmc_plaquette_K0.2"]["by_T"];
}

TEST(SurrogateFit, FindsTheKnownCouplingOfThePlaquetteModel) {
  const nlohmann::json by_T = known();
  if (by_T.is_null()) GTEST_SKIP() << "no reference data beside the checkout";
  const Graph graph = plaquette_torus(4, 0.2);
  for (const auto& [T, values] : by_T.items()) {
    const double beta = 1 / std::stod(T);
    const Batch s = spin_states(16);
    const Ising ising(graph, beta);
    const Column log_p = ising.log_density(s);
    const Column p = test::normalised(log_p).array();
    const BondClasses classes{graph.bonds.list()};
    const Batch sums = class_sums(classes, s);
    SurrogateFit fit(1);
    fit.add(sums, -log_p / beta, p);
    const double J = fit.couplings().front();
    EXPECT_NEAR(J, values["J1_eff"].get<double>(), 1e-5);
    // Of draws of the surrogate: Σ p q min[1, w'/w], by the sorted weights w = p/q.
    const Column q = test::normalised(beta * J * sums.col(0)).array();
    std::vector<std::pair<double, Index>> order;
    for (Index i = 0; i < p.size(); ++i) order.emplace_back(p(i) / q(i), i);
    std::ranges::sort(order);
    double acceptance = 0, below_p = 0, above_q = 1;
    for (const auto& [w, i] : order) {
      above_q -= q(i);
      acceptance += p(i) * (above_q + q(i)) + q(i) * below_p;
      below_p += p(i);
    }
    EXPECT_NEAR(acceptance, values["independent_proposal_acceptance"].get<double>(), 2e-3);
  }
}

TEST(SurrogateFit, RefusesTooFewConfigurations) {
  SurrogateFit fit(2);
  fit.add(Batch::Ones(29, 2), Column::Ones(29), Column::Ones(29));
  EXPECT_THROW((void)fit.couplings(), UserError);
}

/// One step of many chains from one state: chi^2 against the row of P, 1e-7 each.
TEST(SelfLearningStep, IsTheKernelOfTheEnumeration) {
  constexpr Index kChains = 20000;
  const Graph graph = frustrated_four();
  const Ising ising(graph, 0.4);
  SelfLearningOptions options;
  options.classes = {graph.bonds.list()};
  options.couplings = {0.8};
  options.learns = false;
  options.clusters = 1;
  SelfLearning sampler(ising, options);
  const Eigen::MatrixXd P =
      matrix_of(make_surrogate(graph, 0.4, options.classes, options.couplings));
  for (Index from = 0; from < 16; ++from) {
    ChainState state;
    state.x = spin_states(4).row(from).replicate(kChains, 1);
    const Streams streams{.seed = 8, .step = static_cast<std::uint64_t>(from)};
    sampler.init(state, streams, kChains);
    sampler.step(state, streams);
    const Batch x = state.configurations();
    EXPECT_GT(test::agreement(test::counts(x), P.row(from).transpose().array()), 1e-7);
    EXPECT_LT((state.log_p - ising.log_density(x)).abs().maxCoeff(), 1e-12);
  }
}

TEST(SelfLearningTuning, IsFrozenAfterWarmUpAndComesBackFromItsNumbers) {
  const Graph graph = plaquette_torus(4, 0.2);
  const Ising ising(graph, 1 / 2.493);
  SelfLearningOptions options;
  options.classes = {graph.bonds.list()};
  options.couplings = {1};
  SelfLearning sampler(ising, options);
  Tuning& tuning = *sampler.tuning();
  ChainState state;
  sampler.init(state, {.seed = 1, .step = 0}, 500);
  constexpr Index kWarmup = 100;
  for (Index step = 0; step < kWarmup; ++step) {
    const StepInfo info =
        sampler.step(state, {.seed = 1, .step = static_cast<std::uint64_t>(step + 1)});
    WarmupStep pooled{
        step,
        kWarmup,
        Column::Constant(1, info.part_acceptance.size() > 0 ? info.part_acceptance.mean() : 1),
        {}};
    if (tuning.wants_configurations(step, kWarmup)) pooled.x = state.configurations();
    tuning.adapt(pooled);
  }
  EXPECT_TRUE(tuning.is_frozen());
  // 12500 rows of nearly independent chains: J to 1 % of its distance from the plain one.
  EXPECT_NEAR(sampler.couplings().front(), 1.1204, 0.01);
  SelfLearning other(ising, options);
  other.tuning()->set_numbers(tuning.numbers());
  EXPECT_EQ(other.couplings(), sampler.couplings());
  EXPECT_THROW(tuning.adapt({kWarmup, kWarmup, Column::Ones(1), {}}), UserError);
}

}  // namespace
}  // namespace nmc
