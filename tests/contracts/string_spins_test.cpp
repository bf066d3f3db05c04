#include <gtest/gtest.h>

#include <cmath>

#include "core/spins/string_lattice.hpp"
#include "physics/graphs/graph_terms.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/local/bit_kernels.hpp"
#include "tests/contracts/local_odds.hpp"

/// Sweeps over strings, multiplied out over all states of small lattices: neighbours by the links
/// of the strings, probabilities by the rule that the kernel compares with, the Boltzmann weight by
/// the bonds of the graph. That the kernel decides by them is in
/// tests/samplers/local/local_spins_test.cpp.
namespace nmc {
namespace {

class StringOdds {
 public:
  StringOdds(const Graph& graph, LocalRule rule, double beta)
      : lattice_(*StringLattice::of(graph)),
        plain_(rule, lattice_.degree(), lattice_.J(), {beta}),
        any_(rule, {lattice_.J(), lattice_.h(), beta, lattice_.degree()}),
        site_of_(static_cast<std::size_t>(lattice_.strings() * lattice_.geometry().bits()), -1) {
    for (Index site = 0; site < graph.sites; ++site) {
      const auto [string, bit] = lattice_.geometry().place(site);
      site_of_[static_cast<std::size_t>(string * lattice_.geometry().bits() + bit)] = site;
    }
  }

  /// The sites colour by colour and string by string.
  [[nodiscard]] std::vector<Index> order() const {
    std::vector<Index> sites;
    for (int colour = 0; colour < lattice_.colours(); ++colour)
      for (const StringLattice::Pass& pass : lattice_.passes(colour))
        for (Index bit = 0; bit < lattice_.geometry().bits(); ++bit)
          if (has(lattice_.pass_sites(pass), bit)) sites.push_back(site_at(pass.string, bit));
    return sites;
  }

  /// The probabilities that a visit turns a site over, and that it does not.
  [[nodiscard]] test::FlipOdds odds(Index state, Index site) const {
    const bool is_up = (state >> site & 1) != 0;
    const auto [up, missing] = neighbours(state, site);
    const int z = lattice_.degree(), unsatisfied = is_up ? z - missing - up : up;
    const bool is_bath = any_.rule() == LocalRule::heat_bath;
    if (!lattice_.is_plain()) {
      const int v = 2 * (is_bath ? up : unsatisfied) + missing;
      const double p = any_.probability(v + (is_up && !is_bath ? 16 : 0));
      const test::FlipOdds taken{p, 1 - p};
      return is_bath && is_up ? taken.reversed() : taken;
    }
    if (is_bath) {
      const int h = 2 * up - z;
      const double against = plain_.probability(0, std::abs(h) / 2);
      const test::FlipOdds leaves{against, 1 - against};
      return (h >= 0) == is_up ? leaves : leaves.reversed();
    }
    double p = 2 * unsatisfied == z ? MetropolisKappa::tie : 1;
    if (2 * unsatisfied < z) p = plain_.probability(0, unsatisfied);
    if (plain_.is_hot(0)) p *= MetropolisKappa::hot;
    return {p, 1 - p};
  }

 private:
  [[nodiscard]] static bool has(const std::uint64_t* words, Index bit) {
    return words != nullptr && (words[bit / 64] >> bit % 64 & 1) != 0;
  }
  [[nodiscard]] Index site_at(Index string, Index bit) const {
    return site_of_[static_cast<std::size_t>(string * lattice_.geometry().bits() + bit)];
  }
  /// Neighbours that would have the site up, and how many it lacks.
  [[nodiscard]] std::pair<int, int> neighbours(Index state, Index site) const {
    const auto [string, bit] = lattice_.geometry().place(site);
    int up = 0, missing = 0;
    for (int k = 0; k < lattice_.degree(); ++k) {
      const StringLink& link = lattice_.link(string, k);
      const bool is_end = link.end >= 0 && has(lattice_.end_sites(link.end), bit);
      if (is_end && link.is_open) {
        ++missing;
        continue;
      }
      const Index other = is_end ? site_at(link.wrapped_other, bit + link.wrapped)
                                 : site_at(link.other, bit + link.shift);
      up += ((state >> other & 1) != 0) != has(lattice_.signs(string, k), bit) ? 1 : 0;
    }
    return {up, missing};
  }

  StringLattice lattice_;
  BitRule plain_;
  StringRule any_;
  std::vector<Index> site_of_;  ///< −1 where no site is
};

struct TinyStrings {
  std::vector<Index> extents;
  std::vector<bool> periodic;
  double h = 0;
};

Graph string_graph(const TinyStrings& tiny, bool is_glass) {
  Graph graph = make_graph({tiny.extents, tiny.periodic});
  if (is_glass) graph.torus.clear();
  for (std::size_t b = 0; is_glass && b < graph.bonds.size(); ++b)
    if (further_bits(5, b) % 3 == 0) graph.bonds[b].J = -1;
  add_uniform_field(graph, tiny.h);
  return graph;
}

Batch states_of(Index sites) {
  Batch s(Index{1} << sites, sites);
  for (Index state = 0; state < s.rows(); ++state)
    for (Index i = 0; i < sites; ++i) s(state, i) = (state >> i & 1) != 0 ? 1 : -1;
  return s;
}

// Plain ones; odd periodic extents, whose sites have three colours; open ends; fields; all of them.
const std::vector<TinyStrings> kTinyStrings{{{2, 2}, {true, true}},
                                            {{4, 2}, {true, true}},
                                            {{2, 2, 2}, {true, true, true}},
                                            {{3, 3}, {true, true}},
                                            {{3, 2}, {true, false}},
                                            {{3, 3}, {false, false}},
                                            {{2, 3}, {false, true}, 0.4},
                                            {{4, 2}, {true, true}, -0.3},
                                            {{2, 2, 2}, {false, true, false}, 1}};

TEST(StringSpinsContract, SweepsLeaveTheBoltzmannWeightInvariant) {
  for (const TinyStrings& tiny : kTinyStrings)
    for (const bool is_glass : {false, true})
      for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath})
        for (const double beta : {0.0, 0.05, 0.37}) {
          const Graph graph = string_graph(tiny, is_glass);
          const StringOdds kernel(graph, rule, beta);
          const Column log_p = Ising(graph, beta).log_density(states_of(graph.sites));
          Column pi = (log_p - log_p.maxCoeff()).unaryExpr([](double x) { return std::exp(x); });
          pi /= pi.sum();
          Column flow = pi;
          for (const Index site : kernel.order()) {
            Column next = flow;
            for (Index state = 0; state < flow.size(); ++state) {
              const double moved = flow(state) * kernel.odds(state, site).flip;
              next(state) -= moved;
              next(state ^ Index{1} << site) += moved;
            }
            flow = next;
          }
          EXPECT_LT((flow - pi).abs().maxCoeff(), 1e-12)
              << tiny.extents[0] << tiny.h << is_glass << beta;
        }
}

TEST(StringSpinsContract, SweepsReachEveryStateFromEveryState) {
  for (const TinyStrings& tiny : kTinyStrings)
    for (const bool is_glass : {false, true})
      for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath})
        for (const double beta : {0.0, 0.4, 60.0}) {
          const Graph graph = string_graph(tiny, is_glass);
          const StringOdds kernel(graph, rule, beta);
          test::Successors next(std::size_t{1} << graph.sites);
          for (std::size_t from = 0; from < next.size(); ++from) {
            std::vector<bool> here(next.size(), false);
            here[from] = true;
            for (const Index site : kernel.order()) {
              std::vector<bool> there(next.size(), false);
              for (std::size_t state = 0; state < next.size(); ++state) {
                if (!here[state]) continue;
                const test::FlipOdds p = kernel.odds(static_cast<Index>(state), site);
                if (p.stay > 0) there[state] = true;
                if (p.flip > 0) there[state ^ std::size_t{1} << site] = true;
              }
              here = there;
            }
            for (std::size_t state = 0; state < next.size(); ++state)
              if (here[state]) next[from].push_back(static_cast<std::uint32_t>(state));
          }
          EXPECT_TRUE(test::classes_of(next).is_ergodic())
              << tiny.extents[0] << tiny.h << is_glass << beta;
        }
}

// What strings cannot hold is left to other layouts.
TEST(StringLattice, TakesLatticesOfOneMagnitudeAndOneFieldAlone) {
  const TinyStrings square{{4, 6}, {true, true}};
  EXPECT_TRUE(StringLattice::of(string_graph(square, false))->is_plain());
  EXPECT_TRUE(StringLattice::of(string_graph(square, true))->is_plain());
  EXPECT_FALSE(StringLattice::of(string_graph({{4, 5}, {true, true}}, true))->is_plain());
  EXPECT_TRUE(StringLattice::of(string_graph({{4, 6}, {true, false}}, true))->is_open());
  EXPECT_FALSE(StringLattice::of(make_graph(torus({8}))));
  Graph graph = string_graph(square, true);
  graph.bonds[3].J = 0.5;
  EXPECT_FALSE(StringLattice::of(graph));
  graph = string_graph(square, true);
  graph.bonds[3] = graph.bonds[4];
  EXPECT_FALSE(StringLattice::of(graph));
  graph.bonds[3] = {0, 10, 1};
  EXPECT_FALSE(StringLattice::of(graph));
  graph = string_graph(square, true);
  graph.bonds.pop_back();
  EXPECT_FALSE(StringLattice::of(graph));
  graph = string_graph({{4, 6}, {true, true}, 0.5}, true);
  graph.field[7] = 0.4;
  EXPECT_FALSE(StringLattice::of(graph));
}

}  // namespace
}  // namespace nmc
