#include "physics/exact.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/errors.hpp"
#include "physics/enumeration.hpp"
#include "physics/lattice.hpp"

namespace nmc {
namespace {

using Json = nlohmann::json;

/// The reference file, or null where the folder is missing.
Json reference(const std::string& name) {
  std::ifstream file(std::string(NMC_SHARED_DATA) + "/" + name);
  return file ? Json::parse(file) : Json();
}

double number(const Json& value) {
  return value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>();
}

/// Relative, or absolute below 1e-6 of scale: values are stored with 16 digits or more.
void expect_close(double got, double expected, double relative, const std::string& what) {
  EXPECT_NEAR(got, expected, relative * std::max(std::abs(expected), 1e-6)) << what;
}

constexpr double rounding = 1e-12;
/// Heat is a difference of squares, or of derivatives of order N: a digit or two less.
constexpr double heat_rounding = 1e-10;

TEST(Kaufman, AgreesWithEveryReferenceTorus) {
  const Json data = reference("ising2d_torus.json");
  if (data.is_null()) GTEST_SKIP() << "no reference data in " << NMC_SHARED_DATA;
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

TEST(Enumeration, AgreesWithReferenceMagnetisations) {
  const Json torus_data = reference("ising2d_torus.json");
  const Json data = reference("ising2d_magnetisation.json");
  if (data.is_null()) GTEST_SKIP() << "no reference data in " << NMC_SHARED_DATA;
  Index compared = 0;
  for (const Json* file : {&torus_data, &data})
    for (const Json& row : (*file)["values"]) {
      const auto L = row["L"].get<Index>();
      if (L > 5 || !row.contains("abs_m")) continue;
      const Exact exact = enumerate_spins(make_graph(torus({L, L})), number(row["beta"]));
      expect_close(*exact.abs_m, number(row["abs_m"]), rounding, "abs_m");
      expect_close(*exact.m2, number(row["m2"]), rounding, "m2");
      expect_close(*exact.m4, number(row["m4"]), rounding, "m4");
      ++compared;
    }
  EXPECT_GT(compared, 10);
}

void expect_instance(const Graph& graph, const Json& instance) {
  for (const Json& row : instance["values"]) {
    const Exact exact = enumerate_spins(graph, number(row["beta"]));
    expect_close(exact.lnZ, number(row["lnZ"]), rounding, "lnZ");
    expect_close(*exact.energy, number(row["energy"]), rounding, "energy");
    expect_close(*exact.heat, number(row["heat"]), heat_rounding, "heat");
    expect_close(*exact.ground_state_energy, number(instance["E0"]), rounding, "ground state");
  }
}

TEST(Enumeration, AgreesWithReferenceGlasses) {
  Index compared = 0;
  for (const std::string name : {"ea2d_small.json", "ea3d_small.json"}) {
    const Json data = reference(name);
    if (data.is_null()) GTEST_SKIP() << "no reference data in " << NMC_SHARED_DATA;
    for (const Json& instance : data["instances"]) {
      Graph graph;
      graph.sites = instance["N"].get<Index>();
      if (graph.sites > 25) continue;
      for (const Json& bond : instance["bonds"])
        graph.bonds.push_back({bond[0].get<Index>(), bond[1].get<Index>(), number(bond[2])});
      expect_instance(graph, instance);
      ++compared;
    }
  }
  EXPECT_GT(compared, 3);
}

TEST(Enumeration, AgreesWithReferenceSherringtonKirkpatrick) {
  const Json data = reference("sk_n20.json");
  if (data.is_null()) GTEST_SKIP() << "no reference data in " << NMC_SHARED_DATA;
  for (const Json& instance : data["instances"]) {
    Graph graph;
    graph.sites = instance["N"].get<Index>();
    for (Index i = 0; i < graph.sites; ++i)
      for (Index j = i + 1; j < graph.sites; ++j)
        graph.bonds.push_back({i, j, number(instance["J"][i][j])});
    expect_instance(graph, instance);
  }
}

TEST(Enumeration, AgreesWithReferenceTriangularAntiferromagnet) {
  const Json data = reference("triangular_afm.json");
  if (data.is_null()) GTEST_SKIP() << "no reference data in " << NMC_SHARED_DATA;
  for (const Json& row : data["values"]) {
    const auto L = row["L"].get<Index>();
    if (L > 4) continue;
    Graph graph = make_graph(torus({L, L}));
    graph.torus.clear();
    for (Index y = 0; y < L; ++y)
      for (Index x = 0; x < L; ++x)
        graph.bonds.push_back({x + L * y, (x + 1) % L + L * ((y + 1) % L), 1});
    for (Bond& bond : graph.bonds) bond.J = -1;
    const Exact exact = exact_spins(graph, number(row["beta"])).value.value();
    EXPECT_EQ(exact.method, "enumeration");
    expect_close(exact.lnZ, number(row["lnZ"]), rounding, "lnZ");
    expect_close(*exact.heat, number(row["heat"]), heat_rounding, "heat");
    expect_close(*exact.abs_m, number(row["abs_m"]), rounding, "abs_m");
    expect_close(*exact.ground_state_energy, number(row["E_ground"]), rounding, "E_ground");
  }
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
  const ExactAnswer none = exact_spins(make_graph({{8, 8}, {true, false}}), 0.4);
  EXPECT_FALSE(none.value);
  EXPECT_NE(none.reason.find("64 spins"), std::string::npos);
  EXPECT_THROW((void)enumerate_spins(make_graph(torus({3, 9})), 0.4), UserError);
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
