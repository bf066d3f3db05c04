#include "physics/systems/xy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>

#include "physics/graphs/graph_terms.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/observables/angle_spectrum.hpp"
#include "physics/observables/xy_observables.hpp"
#include "tests/physics/systems/target_checks.hpp"
#include "tests/support/message_of.hpp"

namespace nmc {
namespace {

constexpr double pi = std::numbers::pi;

double measured(const XyModel& model, const Periodic& lattice, const char* name,
                const Batch& theta) {
  for (const auto& observable : xy_observables(model, lattice))
    if (observable->name() == name) return observable->measure(theta)(0);
  throw std::logic_error(name);
}

/// θ = k x on a torus.
Batch plane_wave(Index width, Index height, double k) {
  Batch theta(1, width * height);
  for (Index i = 0; i < theta.cols(); ++i)
    theta(0, i) = std::remainder(k * static_cast<double>(i % width), 2 * pi);
  return theta;
}

TEST(Xy, HasTheEnergyOfItsFormulaAndAPeriod) {
  Graph graph;
  graph.sites = 3;
  graph.bonds = {{0, 1, 0.7}, {1, 2, -1.2}};
  graph.field = {0.3, 0, -0.5};
  const XyModel model(graph, 2);
  Batch theta(2, 3);
  theta << 0.4, -2.1, 3.0, 0.4 + 2 * pi, -2.1 - 4 * pi, 3.0;
  const double H =
      -0.7 * std::cos(2.5) + 1.2 * std::cos(5.1) - 0.3 * std::cos(0.4) + 0.5 * std::cos(3.0);
  const Column energy = model.energy(theta);
  EXPECT_NEAR(energy(0), H, 1e-15);
  EXPECT_NEAR(energy(1), H, 1e-14);
  EXPECT_EQ(model.log_density(theta)(0), -2 * energy(0));
  EXPECT_EQ(model.support(), Support::angle);
}

TEST(Xy, RefusesTermsOfFourAnglesAndNegativeTemperatures) {
  Graph graph = make_graph(torus({4, 4}));
  add_plaquettes(graph, torus({4, 4}), 0.5);
  EXPECT_NE(message_of([&] { XyModel(graph, 1); }).find("K"), std::string::npos);
  EXPECT_NE(message_of([] { XyModel(make_graph(torus({4})), -1); }).find("J = -1"),
            std::string::npos);
}

TEST(XyObservables, OfAPlaneWaveAreThoseOfItsTwist) {
  const XyModel model(make_graph(torus({6, 4})), 1);
  const Periodic lattice{{6, 4}};
  const double k = 2 * pi / 6;
  const Batch wave = plane_wave(6, 4, k);
  EXPECT_NEAR(measured(model, lattice, "helicity_cos", wave), std::cos(k), 1e-14);
  EXPECT_NEAR(measured(model, lattice, "helicity_sin2", wave), 24 * std::sin(k) * std::sin(k),
              1e-12);
  EXPECT_NEAR(measured(model, lattice, "energy", wave), -24 * (std::cos(k) + 1), 1e-13);
  EXPECT_NEAR(measured(model, lattice, "m2", wave), 0, 1e-15);
  EXPECT_NEAR(measured(model, lattice, "s_kmin", wave), 12, 1e-12);  // of k and −k
  EXPECT_EQ(measured(model, lattice, "vorticity", wave), 0);
  const TorusFilter fourier({6, 4});
  const AngleSpectrum spectrum(fourier);
  Batch sums = Batch::Zero(1, spectrum.size());
  spectrum.add(wave, sums);
  EXPECT_NEAR(sums.maxCoeff(), 12, 1e-12);
}

TEST(XyObservables, SumHelicityOverBothBondsOfAnExtentOfTwo) {
  const Graph graph = make_graph(torus({2, 2}));
  EXPECT_EQ(std::ssize(first_axis_bonds(graph, {{2, 2}})), 4);
  EXPECT_EQ(std::ssize(first_axis_bonds(make_graph(torus({1, 5})), {{1, 5}})), 5);
  EXPECT_EQ(std::ssize(first_axis_bonds(make_graph(torus({4, 1, 3})), {{4, 1, 3}})), 12);
}

TEST(XyObservables, CountAVortexAndItsAntivortex) {
  const XyModel model(make_graph(torus({8, 8})), 1);
  Batch theta(1, 64);
  const auto about = [](double x, double y) { return std::atan2(y, x); };
  for (Index i = 0; i < 64; ++i) {
    const double x = static_cast<double>(i % 8), y = static_cast<double>(i / 8);
    double turned = 0;  // images in a ring of cells, so that the field closes on the torus
    for (int a = -3; a <= 3; ++a)
      for (int b = -3; b <= 3; ++b)
        turned += about(x - 1.5 + 8 * a, y - 3.5 + 8 * b) - about(x - 5.5 + 8 * a, y - 3.5 + 8 * b);
    theta(0, i) = std::remainder(turned, 2 * pi);
  }
  EXPECT_NEAR(measured(model, {{8, 8}}, "vorticity", theta), 2.0 / 64, 1e-15);
  theta.setZero();
  EXPECT_EQ(measured(model, {{8, 8}}, "vorticity", theta), 0);
}

TEST(XyObservables, HaveAnIdentityOfMeanZero) {
  Graph graph;
  graph.sites = 2;
  graph.bonds = {{0, 1, 0.8}};
  graph.field = {0.5, 0.2};
  const XyModel model(graph, 1.3);
  constexpr Index points = 40;  // the trapezoidal rule converges exponentially
  Batch theta(points * points, 2);
  for (Index i = 0; i < theta.rows(); ++i)
    theta.row(i) << 2 * pi * static_cast<double>(i % points) / points,
        2 * pi * static_cast<double>(i / points) / points;
  const Column weight = model.log_density(theta).exp();
  for (const auto& observable : xy_observables(model, {})) {
    if (observable->name() != "identity") continue;
    EXPECT_NEAR((weight * observable->measure(theta)).sum() / weight.sum(), 0, 1e-13);
    EXPECT_GT(observable->measure(theta).abs().maxCoeff(), 0.1);
  }
}

TEST(XyObservables, DoNotDependOnTheRowsBeside) {
  const XyModel model(make_graph(torus({4, 3})), 1);
  const Batch theta = testing::normals(11, 12);
  for (const auto& observable : xy_observables(model, {{4, 3}})) {
    const Column all = observable->measure(theta);
    for (Index row = 0; row < 11; ++row)
      EXPECT_EQ(observable->measure(theta.row(row))(0), all(row)) << observable->name();
  }
}

}  // namespace
}  // namespace nmc
