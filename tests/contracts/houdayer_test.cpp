#include <gtest/gtest.h>

#include "core/spins/row_counts.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/cluster/houdayer.hpp"
#include "samplers/cluster/houdayer_walk.hpp"
#include "tests/contracts/all_outcomes.hpp"

namespace nmc {
namespace {

using test::AllOutcomes;

/// A 3x3 torus of ±J and real couplings, with fields and plaquettes where wanted.
Graph pair_glass(bool has_fields, bool has_plaquettes) {
  Graph graph = make_graph(torus({3, 3}));
  graph.torus.clear();
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = (b * b % 7 < 3 ? -1 : 1) * (0.5 + 0.1 * static_cast<double>(b % 5));
  if (has_fields) graph.field = {0.3, -0.2, 0, 0.5, 0, 0, -0.4, 0.1, 0.2};
  if (has_plaquettes) graph.plaquettes = {{{0, 1, 3, 4}, 0.7}, {{4, 5, 7, 8}, -0.6}};
  return graph;
}

/// Joint states of two replicas: the upper 9 bits are t.
struct Pairs {
  explicit Pairs(const Graph& graph, double beta) : ising(graph, beta) {
    const Index states = Index{1} << graph.sites;
    Batch x(states, graph.sites);
    std::vector<std::int8_t> s(static_cast<std::size_t>(graph.sites));
    for (Index state = 0; state < states; ++state) {
      test::to_spins(state, s);
      for (Index i = 0; i < graph.sites; ++i) x(state, i) = s[static_cast<std::size_t>(i)];
    }
    weight = test::normalised(ising.log_density(x));
  }
  Ising ising;
  Eigen::VectorXd weight;
};

/// Largest |πP − π| of the walk on pairs, over all 2^18 of them.
double pair_defect(const Pairs& pairs, const Adjacency& neighbours, bool has_symmetry) {
  HoudayerWalk<AllOutcomes> walk(neighbours, has_symmetry);
  const Index states = pairs.weight.size();
  Eigen::MatrixXd flow = Eigen::MatrixXd::Zero(states, states);
  std::vector<std::int8_t> s(9), t(9);
  for (Index a = 0; a < states; ++a)
    for (Index b = 0; b < states; ++b) {
      const double weight = pairs.weight(a) * pairs.weight(b);
      AllOutcomes random;
      do {
        test::to_spins(a, s);
        test::to_spins(b, t);
        walk.swap_one(s.data(), t.data(), random);
        flow(test::to_state(s), test::to_state(t)) += weight * random.probability();
      } while (random.next());
    }
  return (flow - pairs.weight * pairs.weight.transpose()).cwiseAbs().maxCoeff();
}

TEST(HoudayerContract, HoldsForPairsOfReplicasOfAGlass) {
  for (const bool has_plaquettes : {false, true}) {
    const Pairs pairs(pair_glass(true, has_plaquettes), 0.8);
    EXPECT_LT(pair_defect(pairs, interacting_sites(pairs.ising.graph()), false), test::kBar);
  }
  const Pairs symmetric(pair_glass(false, false), 0.8);
  EXPECT_LT(pair_defect(symmetric, interacting_sites(symmetric.ising.graph()), true), test::kBar);
}

TEST(HoudayerContract, SeesAForgottenBondAndAFieldTakenForNone) {
  const Pairs pairs(pair_glass(true, false), 0.8);
  Graph less = pairs.ising.graph();
  less.bonds.pop_back();
  EXPECT_GT(pair_defect(pairs, interacting_sites(less), false), 1e-4);
  EXPECT_GT(pair_defect(pairs, interacting_sites(pairs.ising.graph()), true), 1e-4);
}

TEST(HoudayerStep, KeepsTheSumOfEnergiesAndMovesPairs) {
  const Ising ising(pair_glass(true, true), 0.8);
  const Houdayer sampler(ising, SpinStart::random);
  ChainState state;
  const Streams streams{3, 0, 40, Purpose::test};
  sampler.init(state, streams, 20);
  const Batch before = state.configurations();
  const Column sums = ising.energy(state.spins);
  const StepInfo info = sampler.step(state, streams.at_step(1));
  const Column after = ising.energy(state.spins);
  EXPECT_GT(info.accepted.mean(), 0.9);
  EXPECT_FALSE((before == state.configurations()).all());
  for (Index row = 0; row < 20; row += 2)  // sums of 20 couplings: rounding of 1e-14
    EXPECT_NEAR(after(row) + after(row + 1), sums(row) + sums(row + 1), 1e-12);
  ChainState last;
  last.x = before.bottomRows(2);
  const Streams of_last{3, 1, 58, Purpose::test};
  sampler.init(last, of_last, 2);
  sampler.step(last, of_last);
  EXPECT_TRUE((last.configurations() == state.configurations().bottomRows(2)).all());
}

}  // namespace
}  // namespace nmc
