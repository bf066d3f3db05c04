#include "physics/exact/enumeration.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>

#include "core/errors.hpp"
#include "physics/graphs/lattice.hpp"
#include "tests/physics/exact/exact_reference.hpp"
#include "tests/physics/graphs/random_graph.hpp"

namespace nmc {
namespace {

/// One state after the other, by the definition of H.
struct Plain {
  explicit Plain(const Graph& graph, double beta) : sites(graph.sites) {
    for (std::uint64_t state = 0; state < std::uint64_t{1} << sites; ++state) {
      const auto s = [state](Index i) { return (state >> i & 1U) != 0 ? -1.0 : 1.0; };
      double energy = 0, m = 0;
      for (const Bond& bond : graph.bonds) energy -= bond.J * s(bond.i) * s(bond.j);
      for (const Plaquette& p : graph.plaquettes)
        energy -= p.K * s(p.sites[0]) * s(p.sites[1]) * s(p.sites[2]) * s(p.sites[3]);
      for (Index i = 0; i < sites; ++i) {
        m += s(i);
        if (!graph.field.empty()) energy -= graph.field[i] * s(i);
      }
      const double w = std::exp(-beta * energy);
      weight += w, first += w * energy, second += w * energy * energy;
      abs_m += w * std::abs(m), m4 += w * m * m * m * m;
      for (Index i = 0; i < sites; ++i)
        for (Index j = 0; j < sites; ++j) pair[{i, j}] += w * s(i) * s(j);
      ++levels[std::llround(energy * 1024)];
    }
  }
  [[nodiscard]] double q2() const {
    double sum = 0;
    for (const auto& [sites_ij, value] : pair) sum += (value / weight) * (value / weight);
    return sum / static_cast<double>(sites * sites);
  }
  Index sites;
  double weight = 0, first = 0, second = 0, abs_m = 0, m4 = 0;
  std::map<std::pair<Index, Index>, double> pair;
  std::map<std::int64_t, std::uint64_t> levels;  ///< by energy in units of 1/1024
};

TEST(Enumeration, AgreesWithOneStateAfterTheOther) {
  RandomGraphs graphs;
  for (const bool has_fields : {false, true})
    for (const bool has_plaquettes : {false, true})
      for (const Index sites : {5, 6, 9, 14}) {
        const Graph graph = graphs.next(sites, has_fields, has_plaquettes);
        const double beta = 0.6, n = static_cast<double>(sites);
        const Exact exact = enumerate_spins(graph, beta);
        const Plain plain(graph, beta);
        const double mean = plain.first / plain.weight;
        EXPECT_NEAR(exact.lnZ, std::log(plain.weight), 1e-12);
        EXPECT_NEAR(*exact.energy, mean, 1e-12);
        EXPECT_NEAR(*exact.heat, beta * beta * (plain.second / plain.weight - mean * mean), 1e-11);
        EXPECT_NEAR(*exact.abs_m, plain.abs_m / plain.weight / n, 1e-12);
        EXPECT_NEAR(*exact.m4, plain.m4 / plain.weight / (n * n * n * n), 1e-12);
        EXPECT_NEAR(*exact.overlap_q2, plain.q2(), 1e-12);
      }
}

TEST(Enumeration, CountsTheStatesOfEveryLevel) {
  RandomGraphs graphs;
  graphs.is_coarse = true;
  for (const bool has_fields : {false, true}) {
    const Graph graph = graphs.next(14, has_fields, true);
    const Plain plain(graph, 0);
    const Exact exact = enumerate_spins(graph, 0.5, {1, 1, true});
    ASSERT_EQ(exact.density_of_states.size(), plain.levels.size());
    auto level = plain.levels.begin();
    for (const auto& [energy, states] : exact.density_of_states) {
      EXPECT_NEAR(energy, static_cast<double>(level->first) / 1024, 1e-12);
      EXPECT_EQ(states, std::to_string(level->second));
      ++level;
    }
    EXPECT_EQ(exact.ground_state_degeneracy, exact.density_of_states.front().states);
  }
}

TEST(Enumeration, GivesTheSameBitsForAnyNumberOfThreads) {
  RandomGraphs graphs;
  const Graph graph = graphs.next(17, true, true);
  const Exact one = enumerate_spins(graph, 0.8, {1, 1, false});
  const Exact three = enumerate_spins(graph, 0.8, {1, 3, false});
  EXPECT_EQ(one.lnZ, three.lnZ);
  EXPECT_EQ(one.heat, three.heat);
  EXPECT_EQ(one.overlap_q2, three.overlap_q2);
}

TEST(Enumeration, RefusesMoreThanThirtySpins) {
  EXPECT_THROW((void)enumerate_spins(make_graph(torus({3, 11})), 0.4), UserError);
}

TEST(Enumeration, CountsLocalFields) {
  // One spin and a pair, by hand.
  const Exact one = enumerate_spins({1, {}, {0.5}, {}}, 2);
  EXPECT_NEAR(one.lnZ, std::log(2 * std::cosh(1.0)), 1e-14);
  EXPECT_NEAR(*one.energy, -0.5 * std::tanh(1.0), 1e-14);
  EXPECT_NEAR(*one.heat, 1 - std::tanh(1.0) * std::tanh(1.0), 1e-14);
  EXPECT_NEAR(*enumerate_spins({1, {}, {}, {}}, 2).abs_m, 1, 0);
  // Beyond one block, with fields: 14 free spins, lnZ = Σ ln 2cosh(βh_i).
  Graph free{14, {}, {}, {}};
  double lnZ = 0;
  for (Index i = 0; i < 14; ++i) {
    free.field.push_back(0.1 * static_cast<double>(i));
    lnZ += std::log(2 * std::cosh(0.7 * free.field.back()));
  }
  EXPECT_NEAR(enumerate_spins(free, 0.7).lnZ, lnZ, 1e-13);
}

}  // namespace
}  // namespace nmc
