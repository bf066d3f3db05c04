#include "physics/exact/label_exact.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "physics/exact/exact.hpp"
#include "physics/exact/label_enumeration.hpp"
#include "physics/exact/label_transfer.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/observables/label_observables.hpp"
#include "physics/systems/graph_labels.hpp"

namespace nmc {
namespace {

/// Of sums of up to 1e7 terms.
constexpr double kSumRounding = 1e-12;

void expect_same_sum(double value, double expected, const std::string& what) {
  EXPECT_NEAR(value, expected, kSumRounding * std::max(1.0, std::abs(expected))) << what;
}

Graph uneven(Graph graph, double field) {
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = std::cos(1.0 + static_cast<double>(b));
  if (field != 0) graph.field.assign(static_cast<std::size_t>(graph.sites), field);
  graph.torus.clear();
  return graph;
}

/// Every state with its weight, one after the other: no symmetry, no order of sums in common.
Exact plain_sum(const GraphLabels& labels, const LabelVectors& vectors) {
  Index states = 1;
  for (Index i = 0; i < labels.sites(); ++i) states *= labels.states();
  Batch s(states, labels.sites());
  for (Index state = 0; state < states; ++state)
    for (Index i = 0, rest = state; i < labels.sites(); ++i, rest /= labels.states())
      s(state, i) = static_cast<double>(rest % labels.states());
  const Column E = labels.energy(s);
  const double lowest = E.minCoeff();
  const Column p = (-labels.beta() * (E - lowest)).exp();
  Exact exact;
  exact.lnZ = std::log(p.sum()) - labels.beta() * lowest;
  const auto mean = [&](const Column& values) { return (p * values).sum() / p.sum(); };
  exact.energy = mean(E);
  exact.heat = labels.beta() * labels.beta() * mean((E - *exact.energy).square());
  for (const auto& observable : label_observables(labels, vectors, {})) {
    if (observable->name() == "abs_m") exact.abs_m = mean(observable->measure(s));
    if (observable->name() == "m2") exact.m2 = mean(observable->measure(s));
    if (observable->name() == "m4") exact.m4 = mean(observable->measure(s));
  }
  exact.ground_state_energy = lowest;
  return exact;
}

TEST(LabelEnumeration, IsTheSumOverAllStates) {
  const Graph lattice = make_graph({{3, 2}, {true, false}});
  for (const double field : {0.0, 0.3})
    for (const bool is_clock : {false, true})
      for (const Index q : {2, 3, 4, 5}) {
        const GraphLabels labels(uneven(lattice, field),
                                 is_clock ? clock_coupling(q) : potts_coupling(q), 0.8);
        const Exact plain = plain_sum(labels, is_clock ? clock_vectors(q) : potts_vectors(q));
        const Exact exact = enumerate_labels(labels);
        expect_same_sum(exact.lnZ, plain.lnZ, "lnZ");
        expect_same_sum(*exact.energy, *plain.energy, "energy");
        expect_same_sum(*exact.heat, *plain.heat, "heat");
        expect_same_sum(*exact.abs_m, *plain.abs_m, "abs_m");
        expect_same_sum(*exact.m2, *plain.m2, "m2");
        expect_same_sum(*exact.m4, *plain.m4, "m4");
        expect_same_sum(*exact.ground_state_energy, *plain.ground_state_energy, "E0");
      }
}

TEST(LabelTransfer, AgreesWithEnumerationOnAnyCylinderAndTorus) {
  for (const Lattice& lattice :
       {torus({3, 3}), Lattice{{3, 3}, {true, false}}, Lattice{{2, 4}, {false, true}},
        Lattice{{4, 2}, {true, true}}, torus({7}), torus({2, 2, 2}), Lattice{{5}, {false}}})
    for (const double field : {0.0, 0.2})
      for (const auto& coupling : {potts_coupling(3), potts_coupling(4), clock_coupling(5)}) {
        const GraphLabels labels(uneven(make_graph(lattice), field), coupling, 0.7);
        if (std::pow(coupling.states, labels.sites()) > 3e6) continue;
        const auto layers = label_layers(labels.graph(), lattice.extents);
        ASSERT_TRUE(layers);
        const auto exact = label_transfer(*layers, labels);
        ASSERT_TRUE(exact);
        const Exact sum = enumerate_labels(labels);
        expect_same_sum(exact->lnZ, sum.lnZ, lattice.describe());
        expect_same_sum(*exact->energy, *sum.energy, lattice.describe());
        EXPECT_NEAR(*exact->heat, *sum.heat, 1e-11 * std::max(1.0, *sum.heat));
      }
}

// What is left is the number of colourings with q labels.
TEST(LabelTransfer, CountsTheGroundStatesOfAnAntiferromagnetAtAnyBeta) {
  for (const Lattice& lattice : {torus({4, 2}), torus({3, 3}), Lattice{{3, 4}, {false, true}}}) {
    Graph graph = make_graph(lattice);
    for (Bond& bond : graph.bonds) bond.J = -1;
    graph.torus.clear();
    const GraphLabels labels(graph, potts_coupling(3), 1000);
    const auto exact = label_transfer(*label_layers(graph, lattice.extents), labels);
    ASSERT_TRUE(exact);
    const Exact sum = enumerate_labels(labels);
    expect_same_sum(exact->lnZ, sum.lnZ, lattice.describe());
    expect_same_sum(exact->lnZ, std::log(std::stod(sum.ground_state_degeneracy)), "colourings");
    EXPECT_EQ(*sum.ground_state_energy, 0);
  }
}

TEST(LabelTransfer, HasTheRingsEigenvalues) {
  const double beta = 0.9, q = 3;
  const GraphLabels labels(make_graph(torus({100})), potts_coupling(3), beta);
  const ExactAnswer answer = exact_labels(labels, {100}, {});
  const double one = std::exp(beta) + q - 1, other = std::exp(beta) - 1;
  EXPECT_NEAR(answer.value->lnZ, 100 * std::log(one) + std::log1p(2 * std::pow(other / one, 100)),
              1e-11);
  EXPECT_EQ(answer.value->method, "transfer matrix");
}

TEST(LabelExact, QOfTwoIsIsingBitForBit) {
  const double beta = 0.7;
  const Graph graph = make_graph(torus({12, 12}));
  Graph half = graph;
  for (Bond& bond : half.bonds) bond.J = 0.5;
  half.torus.clear();
  const Exact ising = *exact_spins(half, beta, {}).value;
  const Exact potts =
      *exact_labels(GraphLabels(graph, potts_coupling(2), beta), {12, 12}, {}).value;
  EXPECT_EQ(potts.lnZ, ising.lnZ + beta * 144);
  EXPECT_EQ(*potts.energy, *ising.energy - 144);
  EXPECT_EQ(*potts.heat, *ising.heat);
  const Exact clock =
      *exact_labels(GraphLabels(graph, clock_coupling(2), beta), {12, 12}, {}).value;
  EXPECT_EQ(clock.lnZ, exact_spins(graph, beta, {}).value->lnZ);
}

TEST(LabelExact, TheClockOfFourStatesIsTwoIsingModels) {
  for (const double field : {0.0, 0.4}) {
    Graph graph = make_graph({{3, 2}, {true, false}});
    if (field != 0) graph.field.assign(6, field);
    graph.torus.clear();
    const GraphLabels labels(graph, clock_coupling(4), 0.6);
    const Exact spins = *exact_labels(labels, {3, 2}, {}).value, sum = enumerate_labels(labels);
    expect_same_sum(spins.lnZ, sum.lnZ, "lnZ");
    expect_same_sum(*spins.energy, *sum.energy, "energy");
    expect_same_sum(*spins.heat, *sum.heat, "heat");
    expect_same_sum(*spins.m2, *sum.m2, "m2");
    expect_same_sum(*spins.m4, *sum.m4, "m4");
  }
}

// The clock of three states is the Potts model with 3J/2 and a constant: one system, two codes.
TEST(LabelExact, TheClockOfThreeStatesIsAPottsModel) {
  Graph graph = make_graph(torus({4, 4}));
  const Exact clock = *exact_labels(GraphLabels(graph, clock_coupling(3), 0.5), {4, 4}, {}).value;
  for (Bond& bond : graph.bonds) bond.J = 1.5;
  graph.torus.clear();
  const Exact potts = *exact_labels(GraphLabels(graph, potts_coupling(3), 0.5), {4, 4}, {}).value;
  expect_same_sum(clock.lnZ, potts.lnZ - 0.5 * 0.5 * 32, "lnZ");
  expect_same_sum(*clock.energy, *potts.energy + 16, "energy");
}

// Self-duality puts e_c = -(1 + 1/sqrt q) of the infinite lattice between the two phases, and at
// β_c the torus comes close from L = 6 on. The limit is that of nmc exact, not of a report.
TEST(LabelExact, CriticalEnergyOfSixBySixIsNearThatOfTheInfiniteLattice) {
  ExactEffort effort;
  effort.cpu_seconds = 60;
  effort.moments = Moments::none;
  for (const double q : {3.0, 4.0}) {
    const GraphLabels labels(make_graph(torus({6, 6})), potts_coupling(static_cast<Index>(q)),
                             std::log1p(std::sqrt(q)));
    const Exact exact = *exact_labels(labels, {6, 6}, effort).value;
    EXPECT_EQ(exact.method, "transfer matrix");
    const double infinite = -(1 + 1 / std::sqrt(q));
    EXPECT_NEAR(*exact.energy / 36, infinite, 0.12 * std::abs(infinite));
    EXPECT_LT(*exact.energy / 36, infinite);  // a torus is more ordered
  }
}

// With more labels than sites q^N/q! says less than one state, and there are Bell's number of them.
TEST(LabelExact, CountsPartitionsWhereThereAreMoreLabelsThanSites) {
  const LabelCoupling potts = potts_coupling(64), clock = clock_coupling(5);
  EXPECT_EQ(label_orbits(potts, false, 16).back(), 10480142147.0);
  EXPECT_EQ(label_orbits(potts, false, 3), (std::vector<double>{1, 2, 5}));
  EXPECT_EQ(label_orbits(potts_coupling(3), false, 5).back(), 41);  // 1 + 15 + 25
  EXPECT_EQ(label_orbits(clock, false, 3), (std::vector<double>{1, 5, 25}));
  EXPECT_EQ(label_orbits(clock, true, 3), (std::vector<double>{5, 25, 125}));
  EXPECT_TRUE(std::isinf(label_orbits(clock, true, 100000).back()));
  const GraphLabels labels(make_graph(torus({4, 4})), potts, 1);
  EXPECT_GT(label_enumeration_seconds(labels), 100);
  EXPECT_FALSE(exact_labels(labels, {4, 4}, {}).value);
}

TEST(LabelExact, SaysWhatIsOutOfReach) {
  const GraphLabels labels(make_graph(torus({32, 32})), potts_coupling(3), 1);
  const ExactAnswer answer = exact_labels(labels, {32, 32}, {});
  EXPECT_FALSE(answer.value);
  EXPECT_NE(answer.reason.find("out of reach"), std::string::npos) << answer.reason;
  ExactEffort effort;
  effort.density_of_states = true;
  EXPECT_NE(
      exact_labels(GraphLabels(make_graph(torus({3, 3})), potts_coupling(3), 1), {3, 3}, effort)
          .reason.find("--dos"),
      std::string::npos);
}

TEST(LabelCoupling, HasExactCosinesAndRefusesOtherStates) {
  const LabelCoupling six = clock_coupling(6), eight = clock_coupling(8);
  EXPECT_EQ(six.e(0, 1), -0.5);
  EXPECT_EQ(six.e(0, 2), 0.5);
  EXPECT_EQ(six.e(5, 2), 1);
  EXPECT_EQ(eight.e(0, 2), 0);
  EXPECT_EQ(eight.e(0, 1), -eight.e(0, 3));
  EXPECT_EQ(eight.e(7, 0), eight.e(3, 4));
  for (const Index q : {-1, 0, 1, 65}) EXPECT_THROW((void)potts_coupling(q), UserError);
}

}  // namespace
}  // namespace nmc
