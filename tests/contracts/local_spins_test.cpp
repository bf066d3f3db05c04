#include "samplers/local/local_spins.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "tests/contracts/local_odds.hpp"

/// πP = π of a whole sweep, P multiplied out over all states from the probabilities that the
/// kernels compare with.
namespace nmc {
namespace {

Batch all_states(Index sites) {
  Batch s(Index{1} << sites, sites);
  for (Index state = 0; state < s.rows(); ++state)
    for (Index i = 0; i < sites; ++i) s(state, i) = (state >> i & 1) != 0 ? 1 : -1;
  return s;
}

/// max |πP − π| of one sweep, and of the detailed balance of its single updates.
double defect(const Graph& graph, const test::LocalKernel& kernel) {
  const Ising ising(graph, kernel.beta);
  const test::LocalOdds odds(graph, kernel);
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
      const double there = odds.flip(state, i).flip;
      const double back = odds.flip(turned, i).flip;
      worst = std::max(worst, std::abs(pi(state) * there - pi(turned) * back));
      next(turned) += flow(state) * there;
      next(state) += flow(state) * (1 - there);
    }
    flow = next;
  }
  return std::max(worst, (flow - pi).abs().maxCoeff());
}

Graph random_couplings(bool is_real) {
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

// At 0.05 all sites are hot; of the real couplings one is at 0.2, and at 0.37 none.
TEST(LocalSpinsContract, SweepsLeaveTheBoltzmannWeightInvariant) {
  for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath})
    for (const double beta : {0.0, 0.05, 0.2, 0.37})
      for (const Graph& graph : {make_graph(torus({2, 2})), make_graph(torus({3, 3})),
                                 random_couplings(false), random_couplings(true)})
        for (const bool is_real : {false, true})
          EXPECT_LT(defect(graph, {rule, beta, is_real}), 1e-12);
}

}  // namespace
}  // namespace nmc
