#include "physics/exact/exact.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "core/errors.hpp"
#include "physics/exact/enumeration.hpp"
#include "physics/exact/kaufman.hpp"
#include "physics/exact/transfer_matrix.hpp"
#include "physics/graphs/disorder.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/dual_ising.hpp"
#include "tests/physics/exact/exact_reference.hpp"
#include "tests/support/paths.hpp"

namespace nmc {
namespace {

TEST(Kaufman, AgreesWithEveryReferenceTorus) {
  const Json data = reference("ising2d_torus.json");
  if (data.is_null()) GTEST_SKIP() << "no reference data in " << tests::shared_data();
  for (const Json& row : data["values"]) {
    const auto L = row["L"].get<Index>();
    const double beta = number(row["beta"]);
    const Exact exact = kaufman(L, L, beta);
    const std::string what = "L " + std::to_string(L) + " beta " + std::to_string(beta);
    expect_close(exact.lnZ, number(row["lnZ"]), rounding, what);
    expect_close(*exact.energy, number(row["energy"]), rounding, what);
    expect_close(*exact.heat, number(row["heat"]), heat_rounding, what);
  }
}

TEST(Kaufman, KeepsTheSignOfGammaZero) {
  // conventions.md, section 2: arccosh >= 0 would give 13.749075903089.
  EXPECT_NEAR(kaufman(4, 4, 1.0 / 3).lnZ, 13.281033455584, 1e-12);
}

TEST(Kaufman, AgreesWithEnumerationOnUnequalSides) {
  for (const auto& [lx, ly] : {std::pair<Index, Index>{2, 2}, {2, 5}, {5, 2}, {3, 4}, {6, 4}})
    for (const double beta : {0.0, 0.05, 0.3, 0.44068679350977147, 0.6, 1.5}) {
      const Exact formula = kaufman(lx, ly, beta);
      const Exact sum = enumerate_spins(make_graph(torus({lx, ly})), beta);
      const std::string what = std::to_string(lx) + "x" + std::to_string(ly);
      expect_close(formula.lnZ, sum.lnZ, rounding, what);
      expect_close(*formula.energy, *sum.energy, rounding, what);
      EXPECT_NEAR(*formula.heat, *sum.heat, heat_rounding * (*sum.heat + 0.1)) << what;
    }
}

TEST(Kaufman, DerivativesMatchDifferencesOnLargeLattices) {
  // lnZ of order 1e6 is known to 1e-10: central differences with h = 1e-3 are good to about 1e-6.
  for (const double beta : {0.40, 0.4406, 0.4408, 0.50}) {
    const double h = 1e-3;
    const Exact exact = kaufman(1024, 1024, beta);
    const double left = *kaufman(1024, 1024, beta - h).energy;
    const double right = *kaufman(1024, 1024, beta + h).energy;
    // Energy changes fast at the critical point: only the exact integral of heat is smooth there.
    if (std::abs(beta - 0.44) > 0.01) {
      EXPECT_NEAR(*exact.heat, beta * beta * (left - right) / (2 * h), 1e-3 * *exact.heat);
    }
    EXPECT_GT(*exact.heat, 0);
    EXPECT_LT(left, 0);
    EXPECT_LT(right, left);
  }
}

TEST(Ring, AgreesWithEnumeration) {
  for (const Index L : {2, 3, 10})
    for (const double beta : {0.0, 0.4, 2.0}) {
      const Exact formula = ising_ring(L, beta);
      const Exact sum = enumerate_spins(make_graph(torus({L})), beta);
      expect_close(formula.lnZ, sum.lnZ, rounding, "lnZ");
      expect_close(*formula.energy, *sum.energy, rounding, "energy");
      EXPECT_NEAR(*formula.heat, *sum.heat, 1e-12);
    }
}

TEST(Exact, ChoosesTheMethodOrSaysWhyThereIsNone) {
  EXPECT_EQ(exact_spins(make_graph(torus({4, 4})), 0.4).value->method, "enumeration");
  EXPECT_EQ(exact_spins(make_graph(torus({8, 6})), 0.4).value->method, "Kaufman");
  EXPECT_EQ(exact_spins(make_graph(torus({40, 1})), 0.4).value->method, "transfer matrix");
  EXPECT_EQ(exact_spins(make_graph({{8, 8}, {true, false}}), 0.4).value->method, "transfer matrix");
  const ExactAnswer none = exact_spins(make_graph({{16, 16, 16}, {true, true, true}}), 0.4);
  EXPECT_FALSE(none.value);
  EXPECT_NE(none.reason.find("4096 spins"), std::string::npos);
  EXPECT_THROW((void)exact_spins(make_graph(torus({3, 3})), -1), UserError);
}

TEST(Exact, KeepsToItsLimitAndSaysWhatItWouldTake) {
  Graph glass = make_graph(torus({12, 12}));
  draw_signs(glass, 1);
  const ExactAnswer none = exact_spins(glass, 0.4, {0.1, 1, false});
  EXPECT_FALSE(none.value);
  EXPECT_NE(none.reason.find("--limit"), std::string::npos);
}

TEST(Exact, RefusesADensityOfStatesOfIncommensurateCouplings) {
  Graph graph{3, {{0, 1, 1}, {1, 2, std::sqrt(2)}}, {}, {}};
  const ExactAnswer none = exact_spins(graph, 0.4, {1, 1, true});
  EXPECT_FALSE(none.value);
  EXPECT_NE(none.reason.find("multiples"), std::string::npos);
}

TEST(Exact, ClosedFormulasComeWithMagnetisationAndGroundState) {
  // The 6x5 torus by Kaufman and by the transfer matrix, which does not know that it is a torus.
  const Graph graph = make_graph(torus({6, 5}));
  const SpinPolynomial terms = spin_polynomial(graph);
  const FrontierPlan plan = plan_frontier(terms);
  for (const double beta : {0.2, 0.44, 1.5}) {
    const Exact a = exact_spins(graph, beta).value.value();
    const MagnetisationMoments b = magnetisation_moments(terms, plan, beta, 1);
    EXPECT_EQ(a.method, "Kaufman");
    expect_same(a, transfer_matrix(terms, plan, beta, 1), "6x5");
    expect_close(*a.abs_m, b.abs_m, rounding, "abs_m");
    expect_close(*a.m2, b.m2, rounding, "m2");
    expect_close(*a.m4, b.m4, rounding, "m4");
    EXPECT_NEAR(*a.entropy, a.lnZ + beta * *a.energy, 1e-12);
  }
}

TEST(Exact, DualFieldHasTheSpinsValues) {
  const DualIsing dual(make_graph(torus({4, 4})), 0.44068679350977147);
  const Exact exact = exact_dual(dual).value.value();
  // conventions.md, section 3.
  EXPECT_NEAR(exact.lnZ, 37.376731689944, 1e-11);
  EXPECT_NEAR(*exact.m2, 0.7613589086, 1e-9);
  EXPECT_NEAR(*exact.energy, -25.0499806022, 1e-9);
}

}  // namespace
}  // namespace nmc
