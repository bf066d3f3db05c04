#include "physics/observables/observables.hpp"
#include "physics/observables/dual_observables.hpp"
#include "physics/observables/spin_observables.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "physics/exact/enumeration.hpp"
#include "physics/graphs/lattice.hpp"
#include "tests/physics/observables/all_states.hpp"
#include "tests/physics/systems/target_checks.hpp"

namespace nmc {
namespace {

using testing::normals;

/// Every state of `sites` spins.
Graph pairs_and_fields() {
  // A double bond, a triangle, unequal couplings and fields: every contact term is there.
  return {5,
          {{0, 1, 1}, {1, 0, 0.5}, {1, 2, -0.7}, {2, 0, 1.3}, {2, 3, 0.4}, {3, 4, -1}},
          {0.3, -0.2, 0.1, 0, 0.7},
          {}};
}

TEST(DualObservables, AreTheExactMeansOverSpinsGivenTheField) {
  const Graph graph = pairs_and_fields();
  const double beta = 0.6;
  const DualIsing dual(graph, beta);
  const Ising ising(graph, beta);
  const Batch x = normals(4, 5);
  const Batch t = dual.mean_spins(x), s = all_states(5);
  const Observables improved = dual_observables(dual), plain = spin_observables(ising);
  for (std::size_t o = 0; o < plain.size(); ++o) {
    ASSERT_EQ(improved[o]->name(), plain[o]->name());
    const Column value = plain[o]->measure(s), got = improved[o]->measure(x);
    for (Index c = 0; c < x.rows(); ++c) {
      double mean = 0;
      for (Index state = 0; state < s.rows(); ++state)
        mean += value(state) * (0.5 * (1 + s.row(state) * t.row(c))).prod();
      EXPECT_NEAR(got(c), mean, 1e-13 * (1 + std::abs(mean))) << plain[o]->name();
    }
  }
}

TEST(SpinObservables, MeansAndDerivedQuantitiesAreThoseOfEnumeration) {
  const Graph graph = make_graph(torus({3, 3}));
  const double beta = 0.4;
  const Ising ising(graph, beta);
  const Exact exact = enumerate_spins(graph, beta);
  const Batch s = all_states(9);
  const Column w = (ising.log_density(s) - exact.lnZ).exp();
  std::map<std::string, double> mean;
  for (const auto& observable : spin_observables(ising))
    mean[observable->name()] = (w * observable->measure(s)).sum();
  EXPECT_NEAR(w.sum(), 1, 1e-13);
  EXPECT_NEAR(mean["energy"], *exact.energy, 1e-12);
  EXPECT_NEAR(mean["abs_m"], *exact.abs_m, 1e-13);
  EXPECT_NEAR(mean["m2"], *exact.m2, 1e-13);
  EXPECT_NEAR(mean["m4"], *exact.m4, 1e-13);
  EXPECT_NEAR(mean["m"], 0, 1e-13);
  std::map<std::string, double> derived;
  for (const Derived& quantity : spin_derived(9, beta)) {
    std::vector<double> inputs;
    for (const std::string& name : quantity.inputs) inputs.push_back(mean.at(name));
    derived[quantity.name] = quantity.value(inputs);
  }
  EXPECT_NEAR(derived["heat"], *exact.heat, 1e-11);
  EXPECT_NEAR(derived["susceptibility"], 9 * *exact.m2, 1e-12);
  EXPECT_NEAR(derived["binder"], 1 - *exact.m4 / (3 * *exact.m2 * *exact.m2), 1e-12);
}

TEST(DualObservables, AreTheSameInBothCoordinates) {
  const Graph graph = make_graph(torus({4, 4}));
  const DualIsing dual(graph, 0.44);
  const DualStencil stencil(graph, 0.44);
  const Batch y = normals(3, 16);
  const Observables by_field = dual_observables(dual), by_stencil = dual_observables(stencil);
  for (std::size_t o = 0; o < by_field.size(); ++o) {
    const Column expected = by_field[o]->measure(stencil.to_field(y));
    const Column got = by_stencil[o]->measure(y);
    EXPECT_LT((got - expected).abs().maxCoeff(), 1e-12 * (1 + expected.abs().maxCoeff()))
        << by_field[o]->name();
  }
}

TEST(DualObservables, AbsoluteMagnetisationHoldsFromFreeToFrozenSpins) {
  // Free: ⟨|Σ s|⟩ of N = 2n independent spins is N C(N, n) / 2^N. Frozen: |mean sign| itself.
  const Index n = 1024;
  const DualIsing dual(make_graph(torus({2 * n})), 0.1);
  const Observables list = dual_observables(dual);
  const auto abs_m =
      std::find_if(list.begin(), list.end(), [](const auto& o) { return o->name() == "abs_m"; });
  Batch x = Batch::Zero(2, 2 * n);
  x.row(1).setConstant(40);
  x.row(1).head(300).setConstant(-40);
  const auto N = static_cast<double>(2 * n);
  const double ln_choose = std::lgamma(N + 1) - 2 * std::lgamma(N / 2 + 1);
  const Column got = (*abs_m)->measure(x);
  EXPECT_NEAR(got(0), std::exp(ln_choose - N * M_LN2), 1e-12);  // lgamma of 1.5e4 to 1e-12
  EXPECT_NEAR(got(1), (N - 600) / N, 1e-15);
}

TEST(LocalField, IsHalfTheCostOfAFlip) {
  const Ising ising(pairs_and_fields(), 1);
  const Batch s = all_states(5);
  for (Index i = 0; i < 5; ++i) {
    Batch flipped = s;
    flipped.col(i) *= -1;
    const Column cost = ising.energy(flipped) - ising.energy(s);
    EXPECT_LT((cost - 2 * s.col(i) * ising.local_field(s, i)).abs().maxCoeff(), 1e-14);
  }
}

}  // namespace
}  // namespace nmc
