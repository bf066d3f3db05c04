#include "tests/physics/exact/exact_reference.hpp"

#include <gtest/gtest.h>

#include <string>

#include "physics/exact/enumeration.hpp"
#include "physics/exact/exact.hpp"
#include "physics/exact/transfer_matrix.hpp"
#include "physics/graphs/lattice.hpp"
#include "tests/support/paths.hpp"

/// All of ../shared/data, by every method that reaches it.
namespace nmc {
namespace {

#define REQUIRE_DATA(data) \
  if ((data).is_null()) GTEST_SKIP() << "no reference data in " << tests::shared_data()

/// What a graph's terms and plan are needed for.
struct Swept {
  explicit Swept(const Graph& graph) : terms(spin_polynomial(graph)), plan(plan_frontier(terms)) {}
  SpinPolynomial terms;
  FrontierPlan plan;
};

/// N of the instance decides what enumeration does beside the sweep.
void expect_instance(const Json& instance, Index enumerated_sites) {
  const Graph graph = instance_graph(instance);
  const Swept swept(graph);
  for (const Json& row : instance["values"]) {
    const double beta = number(row["beta"]);
    std::vector<Exact> results{transfer_matrix(swept.terms, swept.plan, beta, 1)};
    if (graph.sites <= enumerated_sites) results.push_back(enumerate_spins(graph, beta));
    for (const Exact& exact : results) {
      expect_row(exact, row, exact.method + " beta " + std::to_string(beta));
      expect_close(*exact.ground_state_energy, number(instance["E0"]), rounding, "ground state");
      if (instance.contains("degeneracy")) {
        EXPECT_EQ(exact.ground_state_degeneracy,
                  std::to_string(std::llround(number(instance["degeneracy"]))));
      }
    }
  }
}

TEST(References, SmallGlasses) {
  Index compared = 0;
  for (const std::string name : {"ea2d_small.json", "ea3d_small.json"}) {
    const Json data = reference(name);
    REQUIRE_DATA(data);
    for (const Json& instance : data["instances"]) {
      expect_instance(instance, 18);
      ++compared;
    }
  }
  EXPECT_GT(compared, 3);
}

TEST(References, SherringtonKirkpatrick) {
  const Json data = reference("sk_n20.json");
  REQUIRE_DATA(data);
  for (const Json& instance : data["instances"]) {
    const Graph graph = instance_graph(instance);
    for (const Json& row : instance["values"]) {
      const Exact exact = enumerate_spins(graph, number(row["beta"]));
      expect_row(exact, row, "SK");
      ASSERT_TRUE(row.contains("overlap_q2"));
      expect_close(*exact.ground_state_energy, number(instance["E0"]), rounding, "ground state");
      EXPECT_EQ(exact.ground_state_degeneracy, "2");
    }
  }
}

TEST(References, GlassesOnEightByEight) {
  const Json data = reference("ea2d_8x8.json");
  REQUIRE_DATA(data);
  for (const Json& instance : data["instances"]) expect_instance(instance, 0);
}

TEST(References, DensitiesOfStatesOnEightByEight) {
  const Json data = reference("ea2d_8x8.json");
  REQUIRE_DATA(data);
  Index compared = 0;
  for (const Json& instance : data["instances"]) {
    if (!instance.contains("dos")) continue;
    const ExactAnswer answer = exact_spins(instance_graph(instance), 1, {10, 1, true});
    const std::vector<Level>& levels = answer.value.value().density_of_states;
    ASSERT_EQ(levels.size(), instance["dos"].size());
    for (std::size_t k = 0; k < levels.size(); ++k) {
      EXPECT_EQ(levels[k].energy, number(instance["dos"][k][0]));
      EXPECT_EQ(levels[k].states, instance["dos"][k][1].get<std::string>());
    }
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

TEST(References, HeatOfTheStoredDensityOfStatesToTheLastDigits) {
  const Json data = reference("ea2d_8x8.json");
  REQUIRE_DATA(data);
  for (const Json& instance : data["instances"]) {
    if (!instance.contains("dos")) continue;
    const Graph graph = instance_graph(instance);
    for (const double beta : {0.3, 1.0, 3.0, 8.0}) {
      // About the ground state: only positive terms.
      long double z = 0, first = 0, second = 0;
      for (const Json& level : instance["dos"]) {
        const double excess = number(level[0]) - number(instance["E0"]);
        const long double w = std::stold(level[1].get<std::string>()) * std::exp(-beta * excess);
        z += w, first += w * excess, second += w * excess * excess;
      }
      const auto heat = static_cast<double>(beta * beta * (second / z - first / z * first / z));
      expect_close(*exact_spins(graph, beta).value->heat, heat, 1e-12, "heat");
    }
  }
}

TEST(References, MagnetisationsOfTheTorus) {
  const Json torus_data = reference("ising2d_torus.json");
  const Json data = reference("ising2d_magnetisation.json");
  REQUIRE_DATA(data);
  Index compared = 0;
  for (const Json* file : {&torus_data, &data})
    for (const Json& row : (*file)["values"]) {
      const auto L = row["L"].get<Index>();
      if (L > 8 || !row.contains("abs_m")) continue;
      const Exact exact = exact_spins(make_graph(torus({L, L})), number(row["beta"])).value.value();
      const std::string what = "L " + std::to_string(L);
      expect_close(exact.abs_m.value(), number(row["abs_m"]), rounding, what + " abs_m");
      expect_close(exact.m2.value(), number(row["m2"]), rounding, what + " m2");
      expect_close(exact.m4.value(), number(row["m4"]), rounding, what + " m4");
      ++compared;
    }
  EXPECT_GT(compared, 20);
}

TEST(References, TriangularAntiferromagnet) {
  const Json data = reference("triangular_afm.json");
  REQUIRE_DATA(data);
  for (const Json& row : data["values"]) {
    const auto L = row["L"].get<Index>();
    Graph graph = make_graph(torus({L, L}));
    graph.torus.clear();
    for (Index y = 0; y < L; ++y)
      for (Index x = 0; x < L; ++x)
        graph.bonds.push_back({x + L * y, (x + 1) % L + L * ((y + 1) % L), 1});
    for (Bond& bond : graph.bonds) bond.J = -1;
    const double beta = number(row["beta"]);
    const Swept swept(graph);
    for (const Exact& exact : {exact_spins(graph, beta).value.value(),
                               transfer_matrix(swept.terms, swept.plan, beta, 1)}) {
      expect_row(exact, row, exact.method);
      expect_close(*exact.ground_state_energy, number(row["E_ground"]), rounding, "E_ground");
      EXPECT_EQ(std::stod(exact.ground_state_degeneracy), number(row["ground_states"]));
    }
  }
}

}  // namespace
}  // namespace nmc
