#include "physics/exact/xy_exact.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "physics/exact/bessel.hpp"
#include "physics/exact/xy_torus.hpp"
#include "physics/graphs/graph_terms.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/observables/xy_observables.hpp"

/// References are sums over angles on a regular grid, which for periodic analytic functions differ
/// from the integral by the weight's Fourier coefficients from the grid's frequency on: 1e-17 here.
namespace nmc {
namespace {

constexpr double pi = std::numbers::pi;

struct Means {
  double lnZ = 0, energy = 0, heat = 0, m2 = 0, helicity = 0;
};

/// Of all angles but the first, which may be held: H turns with all of them.
Means by_quadrature(const XyModel& model, const Periodic& lattice, int points) {
  const Index free = model.sites() - 1;
  const auto count = static_cast<Index>(std::pow(points, free));
  const Observables observables = xy_observables(model, lattice);
  const auto named = [&](const std::string& name) -> const Observable& {
    for (const auto& observable : observables)
      if (observable->name() == name) return *observable;
    throw std::logic_error(name);
  };
  constexpr Index block = 4000;
  double Z = 0, E = 0, E2 = 0, m2 = 0, stiff = 0;
  for (Index first = 0; first < count; first += block) {
    Batch theta = Batch::Zero(std::min(block, count - first), model.sites());
    for (Index row = 0; row < theta.rows(); ++row) {
      Index digits = first + row;
      for (Index site = 1; site <= free; ++site, digits /= points)
        theta(row, site) = 2 * pi * static_cast<double>(digits % points) / points;
    }
    const Column energy = model.energy(theta), weight = (-model.beta() * energy).exp();
    Z += weight.sum();
    E += (weight * energy).sum();
    E2 += (weight * energy.square()).sum();
    m2 += (weight * named("m2").measure(theta)).sum();
    if (first_axis_bonds(model.graph(), lattice).empty()) continue;
    stiff += (weight * (named("helicity_cos").measure(theta) -
                        model.beta() * named("helicity_sin2").measure(theta)))
                 .sum();
  }
  const double sites = static_cast<double>(model.sites());
  return {std::log(Z) + sites * std::log(2 * pi) - static_cast<double>(free) * std::log(points),
          E / Z, model.beta() * model.beta() * (E2 / Z - E * E / (Z * Z)), m2 / Z, stiff / Z};
}

void expect_quadrature(const Exact& exact, const Means& reference) {
  EXPECT_NEAR(exact.lnZ, reference.lnZ, 1e-11);
  EXPECT_NEAR(*exact.energy, reference.energy, 1e-11);
  EXPECT_NEAR(*exact.heat, reference.heat, 1e-11);
  EXPECT_NEAR(*exact.m2, reference.m2, 1e-11);
  if (exact.helicity_modulus) {
    EXPECT_NEAR(*exact.helicity_modulus, reference.helicity, 1e-11);
  }
}

TEST(XyExact, OfSmallLatticesIsTheQuadratureOverAngles) {
  const std::vector<std::pair<std::vector<Index>, std::vector<double>>> cases{
      {{4}, {0.9}}, {{4}, {-1.3}}, {{3}, {-1}}, {{2, 2}, {1, 1}}, {{2, 2}, {0.7, -0.4}}};
  for (const auto& [extents, J] : cases) {
    Graph graph = make_graph(torus(extents));
    scale_directions(graph, torus(extents), J);
    const XyModel model(graph, 0.8);
    const Periodic lattice{extents};
    const ExactAnswer answer = exact_xy(model, lattice);
    ASSERT_TRUE(answer.value) << answer.reason;
    EXPECT_TRUE(answer.value->helicity_modulus);
    expect_quadrature(*answer.value, by_quadrature(model, lattice, 40));
  }
}

TEST(XyExact, OfAThreeByTwoTorusIsTheQuadratureAndThatOfItsTranspose) {
  Graph graph = make_graph(torus({3, 2}));
  scale_directions(graph, torus({3, 2}), {0.5, 0.3});
  const XyModel model(graph, 1);
  const Exact exact = *exact_xy(model, {{3, 2}}).value;
  expect_quadrature(exact, by_quadrature(model, {{3, 2}}, 16));
  const XyTorusSums turned = *xy_torus_sums({2, 3, 0.3, 0.5}, 1, 1);
  EXPECT_NEAR(turned.lnZ, exact.lnZ, 1e-12);
  EXPECT_NEAR(turned.energy, *exact.energy, 1e-12);
  EXPECT_NEAR(turned.heat, *exact.heat, 1e-12);
  EXPECT_NEAR(*turned.m2, *exact.m2, 1e-12);
}

TEST(XyExact, OfATreeIsTheQuadratureBondByBond) {
  Graph graph;
  graph.sites = 5;  // one alone, and a fork
  graph.bonds = {{0, 1, 0.9}, {1, 2, -1.4}, {1, 3, 0.4}};
  const XyModel model(graph, 0.7);
  const Exact exact = *exact_xy(model, {}).value;
  Graph connected = graph;
  connected.sites = 4;
  const Means four = by_quadrature(XyModel(connected, 0.7), {}, 32);
  EXPECT_NEAR(exact.lnZ, four.lnZ + std::log(2 * pi), 1e-11);
  EXPECT_NEAR(*exact.energy, four.energy, 1e-11);
  EXPECT_NEAR(*exact.heat, four.heat, 1e-11);
  EXPECT_NEAR(*exact.m2, (16 * four.m2 + 1) / 25, 1e-11);
}

/// lnZ of the 3 x 3 torus: the first row is held at every state of the grid in turn, its first
/// angle at 0, and its weight carried through the other two rows bond by bond.
double row_quadrature(double beta, int points) {
  const Index n = points, states = n * n * n;
  Column bond(n);
  for (Index k = 0; k < n; ++k)
    bond(k) = std::exp(beta * std::cos(2 * pi * static_cast<double>(k) / points));
  const auto at = [&](Index a, Index b) { return bond((a - b + n) % n); };
  Column row(states);
  for (Index s = 0; s < states; ++s) {
    const Index a = s % n, b = s / n % n, c = s / n / n;
    row(s) = at(a, b) * at(b, c) * at(c, a);
  }
  double Z = 0;
  for (Index start = 0; start < states; start += n) {  // its first angle is 0
    Column weight = Column::Zero(states);
    weight(start) = row(start);
    const auto climb = [&] {
      for (Index stride = 1; stride < states; stride *= n) {
        Column next = Column::Zero(states);
        for (Index s = 0; s < states; ++s) {
          if (weight(s) == 0) continue;
          const Index own = s / stride % n, base = s - own * stride;
          for (Index k = 0; k < n; ++k) next(base + k * stride) += weight(s) * at(own, k);
        }
        weight = next / static_cast<double>(n);
      }
    };
    climb();
    weight *= row;
    climb();
    weight *= row;
    climb();
    Z += weight(start);
  }
  // The climb to the first row has no sum over its states, and two of its angles were summed.
  return std::log(Z) + 9 * std::log(2 * pi) + std::log(static_cast<double>(n));
}

TEST(XyExact, OfTheThreeByThreeTorusIsTheQuadratureByRows) {
  const XyModel model(make_graph(torus({3, 3})), 0.9);
  const auto answer = exact_xy(model, {{3, 3}});
  ASSERT_TRUE(answer.value) << answer.reason;  // within what a report may spend
  const double exact = answer.value->lnZ;
  EXPECT_NEAR(row_quadrature(0.9, 12), exact, 1e-6);
  EXPECT_NEAR(row_quadrature(0.9, 18), exact, 1e-11);
}

TEST(XyExact, ConvergesWithTheWeightOfTheCharactersLeftOut) {
  const XyTorus torus{3, 3, 1, 1};
  const XyTorusSums all = *xy_torus_sums(torus, 1.1, 60);
  for (const double precision : {1e-8, 1e-11, 1e-14}) {
    const XyTorusSums some = *xy_torus_sums(torus, 1.1, 60, precision);
    EXPECT_NEAR(some.lnZ, all.lnZ, 100 * precision + 1e-13);
    EXPECT_NEAR(some.helicity_modulus, all.helicity_modulus, 1e4 * precision + 1e-13);
  }
}

TEST(XyExact, EnergyAndHeatAreTheDerivativesOfLnZ) {
  const XyTorus torus{3, 3, 1, 0.6};
  const auto lnZ = [&](double beta) { return xy_torus_sums(torus, beta, 60)->lnZ; };
  constexpr double beta = 1.3, h = 0.02;
  const double up = lnZ(beta + h), down = lnZ(beta - h), middle = lnZ(beta);
  const double up2 = lnZ(beta + 2 * h), down2 = lnZ(beta - 2 * h);
  const XyTorusSums sums = *xy_torus_sums(torus, beta, 60);
  // Central differences of fourth order: h⁴/30 and h⁴/90 of the next derivatives, below 1e-6.
  EXPECT_NEAR(sums.energy, -(8 * (up - down) - (up2 - down2)) / (12 * h), 1e-6);
  EXPECT_NEAR(sums.heat / (beta * beta),
              (16 * (up + down) - (up2 + down2) - 30 * middle) / (12 * h * h), 2e-6);
}

TEST(XyExact, ReachesLongRingsColdOnesAndStrips) {
  for (const auto& [length, width, beta] :
       {std::tuple<Index, Index, double>{100000, 1, 1.0}, {64, 1, 1e4}, {400, 2, 1.0}}) {
    const auto sums = xy_torus_sums({length, width, 1, 1}, beta, 60);
    ASSERT_TRUE(sums);
    EXPECT_TRUE(std::isfinite(sums->lnZ));
    EXPECT_GT(sums->heat, 0);
  }
  // A cold ring is N − 1 oscillators.
  EXPECT_NEAR(xy_torus_sums({64, 1, 1, 0}, 1e4, 60)->heat, 31.5, 0.01);
}

TEST(XyExact, SaysWhatItReachesWhereItDoesNot) {
  Graph field = make_graph(torus({3, 3}));
  add_uniform_field(field, 0.1);
  for (const auto& [graph, lattice] : {std::pair<Graph, Periodic>{field, {{3, 3}}},
                                       {make_graph(torus({4, 4})), {{4, 4}}},
                                       {make_graph({{3, 3}, {false, false}}), {}}})
    EXPECT_NE(exact_xy(XyModel(graph, 1), lattice).reason.find("16x3"), std::string::npos);
  const ExactAnswer slow = exact_xy(XyModel(make_graph(torus({3, 3})), 40), {{3, 3}});
  EXPECT_NE(slow.reason.find("--limit"), std::string::npos);
}

TEST(Bessel, IsTheLibrarysAndHasItsRecurrence) {
  for (const double x : {1e-3, 0.5, 1.9, 2.1, 8.0, 60.0})
    for (const Index n : {0, 1, 2, 7, 20}) {
      const double here = scaled_bessel(x, 24)[static_cast<std::size_t>(n)];
      const double library = std::exp(-x) * std::cyl_bessel_i(static_cast<double>(n), x);
      EXPECT_NEAR(here / library, 1, 1e-12) << n << " of " << x;
    }
  const std::vector<double> I = scaled_bessel(1e5, 40), J = scaled_bessel(-1e5, 40);
  for (std::size_t n = 1; n < 40; ++n) {
    EXPECT_NEAR((I[n - 1] - I[n + 1]) / (2 * static_cast<double>(n) / 1e5 * I[n]), 1, 1e-7);
    EXPECT_EQ(J[n], n % 2 == 0 ? I[n] : -I[n]);
  }
}

}  // namespace
}  // namespace nmc
