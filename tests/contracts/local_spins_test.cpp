#include "samplers/local_spins.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "physics/ising.hpp"
#include "physics/lattice.hpp"

/// πP = π of a whole sweep, P multiplied out over all states from the probabilities that the
/// kernels compare with; tests/samplers/local_spins_test.cpp shows that they decide by them.
namespace nmc {
namespace {

constexpr double kBeta = 0.37;

Batch all_states(Index sites) {
  Batch s(Index{1} << sites, sites);
  for (Index state = 0; state < s.rows(); ++state)
    for (Index i = 0; i < sites; ++i) s(state, i) = (state >> i & 1) != 0 ? 1 : -1;
  return s;
}

/// The probability that an update turns site i of a state over.
double flip_probability(const Graph& graph, LocalRule rule, const Batch& s, Index state, Index i,
                        const Ising& ising) {
  const double h = ising.local_field(s.row(state), i)(0);
  const bool up = s(state, i) > 0;
  if (!BitGraph::fits(graph)) {
    const double p = real_probability(rule, kBeta, h, up);
    return rule == LocalRule::metropolis ? p : up ? 1 - p : p;
  }
  const BitGraph bits = BitGraph::of(graph);
  const BitRule thresholds(rule, bits.degree(i), bits.J, {kBeta});
  const int z = bits.degree(i), aligned = static_cast<int>(std::lround((up ? h : -h) / bits.J));
  if (rule == LocalRule::heat_bath) {
    const double against = thresholds.probability(0, (std::abs(aligned) - z % 2) / 2);
    return aligned >= 0 ? against : 1 - against;
  }
  const int unsatisfied = (z - aligned) / 2;
  return 2 * unsatisfied >= z ? 1 : thresholds.probability(0, unsatisfied);
}

/// max |πP − π| of one sweep, and of the detailed balance of its single updates.
double defect(const Graph& graph, LocalRule rule) {
  const Ising ising(graph, kBeta);
  const Batch s = all_states(graph.sites);
  const Column log_p = ising.log_density(s);
  Column pi = (log_p - log_p.maxCoeff()).unaryExpr([](double x) { return std::exp(x); });
  pi /= pi.sum();
  Column flow = pi;
  double worst = 0;
  for (Index i = 0; i < graph.sites; ++i) {
    Column next = Column::Zero(flow.size());
    for (Index state = 0; state < flow.size(); ++state) {
      const Index turned = state ^ (Index{1} << i);
      const double there = flip_probability(graph, rule, s, state, i, ising);
      const double back = flip_probability(graph, rule, s, turned, i, ising);
      worst = std::max(worst, std::abs(pi(state) * there - pi(turned) * back));
      next(turned) += flow(state) * there;
      next(state) += flow(state) * (1 - there);
    }
    flow = next;
  }
  return std::max(worst, (flow - pi).abs().maxCoeff());
}

Graph random_graph(bool is_real) {
  Graph graph;
  graph.sites = 6;
  for (const auto& [i, j] :
       {std::pair<Index, Index>{0, 1}, {0, 3}, {1, 2}, {2, 5}, {3, 4}, {1, 4}, {4, 5}, {0, 5}})
    graph.bonds.push_back({i, j,
                           is_real            ? std::sin(1.0 + static_cast<double>(i + 7 * j))
                           : (i + j) % 3 == 0 ? -1.0
                                              : 1.0});
  if (is_real) {
    graph.field = {0.1, -0.3, 0, 0.7, 0.2, -0.1};
    graph.plaquettes.push_back({{0, 2, 3, 5}, 0.6});
  }
  return graph;
}

TEST(LocalSpinsContract, SweepsLeaveTheBoltzmannWeightInvariant) {
  for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath}) {
    EXPECT_LT(defect(make_graph(torus({2, 2})), rule), 1e-12);
    EXPECT_LT(defect(make_graph(torus({3, 3})), rule), 1e-12);
    EXPECT_LT(defect(random_graph(false), rule), 1e-12);
    EXPECT_LT(defect(random_graph(true), rule), 1e-12);
  }
}

}  // namespace
}  // namespace nmc
