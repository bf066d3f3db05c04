#include "physics/exact/kaufman.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "core/errors.hpp"
#include "physics/exact/transfer_matrix.hpp"
#include "physics/graphs/graph_terms.hpp"
#include "physics/graphs/lattice.hpp"
#include "tests/physics/exact/exact_reference.hpp"

namespace nmc {
namespace {

struct Case {
  Index lx, ly;
  double Jx, Jy;
};

std::string name(const Case& c, double beta) {
  return fmt::format("{}x{}, J {}, {}, beta {}", c.lx, c.ly, c.Jx, c.Jy, beta);
}

Graph torus_graph(const Case& c) {
  const Lattice lattice = torus({c.lx, c.ly});
  Graph graph = make_graph(lattice);
  scale_directions(graph, lattice, {c.Jx, c.Jy});
  return graph;
}

Exact by_transfer_matrix(const Case& c, double beta) {
  const SpinPolynomial terms = spin_polynomial(torus_graph(c));
  return transfer_matrix(terms, plan_frontier(terms), beta, 1);
}

Exact by_formula(const Case& c, double beta) {
  return kaufman({{c.lx, c.ly}, {c.Jx, c.Jy}}, beta);
}

/// Rounding, relative; energies and heat also to what N numbers of order J lose.
void expect_formula(const Case& c, double beta) {
  const Exact formula = by_formula(c, beta), sum = by_transfer_matrix(c, beta);
  const auto sites = static_cast<double>(c.lx * c.ly);
  EXPECT_NEAR(formula.lnZ, sum.lnZ, 1e-12 * std::max(1.0, std::abs(sum.lnZ))) << name(c, beta);
  EXPECT_NEAR(*formula.energy, *sum.energy, 1e-12 * std::max(1.0, std::abs(*sum.energy)))
      << name(c, beta);
  EXPECT_NEAR(*formula.heat, *sum.heat, 1e-12 * (sites + *sum.heat)) << name(c, beta);
}

const std::vector<double> temperatures{1e-3, 0.05, 0.2, 0.4, 0.44068679350977147, 0.5, 0.8, 1.4};

TEST(Kaufman, KnowsTwoCouplingsOnBothSidesOfTheirTransition) {
  // sinh 2βJx sinh 2βJy = 1 at β = 0.6094 for J = 1, 0.5, and at 0.9184 for 1, 0.2.
  for (const Case& c :
       {Case{6, 5, 1, 0.5}, {5, 6, 1, 0.5}, {5, 6, 0.5, 1}, {4, 9, 0.2, 1}, {3, 3, 2, 1}})
    for (const double beta : temperatures) expect_formula(c, beta);
}

TEST(Kaufman, GaugesTheSignAwayAlongAnEvenDirection) {
  for (const Case& c : {Case{6, 4, -1, -1}, {6, 5, -1, 1}, {6, 5, -1, 0.5}, {5, 6, 0.7, -1}}) {
    for (const double beta : temperatures) expect_formula(c, beta);
    const Case ferromagnet{c.lx, c.ly, std::abs(c.Jx), std::abs(c.Jy)};
    EXPECT_EQ(by_formula(c, 0.4).lnZ, by_formula(ferromagnet, 0.4).lnZ);
  }
}

TEST(Kaufman, TakesFrustrationAlongOneOddDirection) {
  for (const Case& c : {Case{5, 6, -1, 1},
                        {5, 6, -1, -1},
                        {6, 5, -1, -1},
                        {6, 5, 1, -0.5},
                        {3, 7, 1, -1},
                        {7, 3, -0.5, 1},
                        {9, 4, -1, 0.3}})
    for (const double beta : temperatures) expect_formula(c, beta);
}

TEST(Kaufman, TakesFrustrationAlongBothOrSaysThatItCancels) {
  for (const Case& c : {Case{5, 3, -1, -1}, {5, 5, -1, -0.6}, {7, 5, -0.4, -1}}) {
    for (const double beta : {1e-3, 0.05, 0.2, 0.4}) expect_formula(c, beta);
    EXPECT_THROW((void)by_formula(c, 20), UserError);
  }
}

TEST(Kaufman, KeepsAllDigitsFarFromTheTransition) {
  // A difference of terms of order N would lose the heat here: it is N e^{-8β} and N β^2.
  for (const Case& c : {Case{6, 5, 1, 1}, {4, 4, 1, 0.8}, {4, 7, 1, 1}})
    for (const double beta : {1e-12, 1e-7, 1e-4, 1e-3, 2.0, 4.0, 5.0, 7.0, 12.0}) {
      const Exact formula = by_formula(c, beta), sum = by_transfer_matrix(c, beta);
      EXPECT_NEAR(*formula.heat / *sum.heat, 1, 1e-5) << name(c, beta);
      EXPECT_NEAR(*formula.entropy, *sum.entropy, 1e-12 * *sum.entropy) << name(c, beta);
    }
}

TEST(Kaufman, HasTheLimitsOfZeroAndInfiniteTemperature) {
  const Exact cold = by_formula({64, 32, 1, 0.5}, 1e300);
  EXPECT_EQ(*cold.heat, 0);
  EXPECT_EQ(*cold.energy, -3072);
  EXPECT_DOUBLE_EQ(*cold.entropy, std::numbers::ln2);
  const Exact hot = by_formula({64, 32, 1, 0.5}, 1e-300);
  EXPECT_DOUBLE_EQ(hot.lnZ, 2048 * std::numbers::ln2);
  EXPECT_DOUBLE_EQ(*hot.energy, -2048 * 1.25e-300);
}

TEST(Kaufman, RefusesATorusWithoutACouplingInOneDirection) {
  EXPECT_THROW((void)by_formula({4, 4, 1, 0}, 0.4), UserError);
}

TEST(UniformTorus, IsFoundWhateverTheOrderOfTheBonds) {
  Graph graph = torus_graph({7, 6, -1, 0.5});
  std::ranges::reverse(graph.bonds);
  for (Bond& bond : graph.bonds) std::swap(bond.i, bond.j);
  const auto found = uniform_torus(graph);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->extents, (std::array<Index, 2>{7, 6}));
  EXPECT_EQ(found->J, (std::array<double, 2>{-1, 0.5}));
  graph.bonds[5].J = 0.25;
  EXPECT_FALSE(uniform_torus(graph));
}

TEST(UniformTorus, IsNoLatticeWithOpenBordersTwistsOrFields) {
  EXPECT_FALSE(uniform_torus(make_graph({{6, 6}, {true, false}})));
  Graph twisted = torus_graph({6, 6, 1, 1});
  twisted.bonds.back().j = 1;
  EXPECT_FALSE(uniform_torus(twisted));
  Graph field = torus_graph({6, 6, 1, 1});
  field.field.assign(36, 0.1);
  EXPECT_FALSE(uniform_torus(field));
}

}  // namespace
}  // namespace nmc
