#include "physics/observables/lattice_observables.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/fourier/torus_filter.hpp"
#include "physics/exact/enumeration.hpp"
#include "physics/graphs/graph_terms.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/graphs/planar_lattices.hpp"
#include "physics/observables/callen.hpp"
#include "physics/observables/overlap.hpp"
#include "tests/physics/observables/all_states.hpp"
#include "tests/physics/systems/target_checks.hpp"

namespace nmc {
namespace {

Batch random_spins(Index rows, Index sites) {
  return testing::normals(rows, sites).sign();
}

/// |Σ_x x e^{2πi n·x/L}|² / N, site by site.
Column power(const Batch& x, const std::vector<Index>& extents, const std::vector<Index>& n) {
  Column re = Column::Zero(x.rows()), im = re;
  for (Index i = 0; i < x.cols(); ++i) {
    double turns = 0;
    Index place = i;
    for (std::size_t d = 0; d < extents.size(); ++d) {
      turns += static_cast<double>(n[d] * (place % extents[d])) / static_cast<double>(extents[d]);
      place /= extents[d];
    }
    re += std::cos(2 * std::numbers::pi * turns) * x.col(i);
    im += std::sin(2 * std::numbers::pi * turns) * x.col(i);
  }
  return (re.square() + im.square()) / static_cast<double>(x.cols());
}

// Sums of up to 12288 terms of order 1 in another order: 1e-11 is 50 times their rounding.
constexpr double kRounding = 1e-11;

Spins packed(SpinLayout layout, const Batch& x, const std::vector<Index>& extents) {
  SpinGeometry geometry;
  if (layout == SpinLayout::strips) geometry = StripGeometry::of(extents);
  if (layout == SpinLayout::strings) geometry = StringGeometry::of(extents);
  Spins s(layout, {x.rows(), x.cols(), 2}, geometry);
  s.pack(x);
  return s;
}

TEST(SmallestMode, IsTheDirectSumOverSitesInEveryLayout) {
  struct Case {
    std::vector<Index> extents;
    SpinLayout layout;
  };
  for (const auto& [extents, layout] :
       {Case{{6, 6, 6}, SpinLayout::lanes}, Case{{8, 5}, SpinLayout::bytes},
        Case{{256, 48}, SpinLayout::strips}, Case{{128, 128}, SpinLayout::strips},
        Case{{20, 20}, SpinLayout::strings}, Case{{6, 10, 10}, SpinLayout::strings}}) {
    Index sites = 1;
    for (const Index extent : extents) sites *= extent;
    const Batch x = random_spins(6, sites);
    Column expected = Column::Zero(6);
    double directions = 0;
    for (std::size_t d = 0; d < extents.size(); ++d) {
      if (extents[d] != *std::ranges::max_element(extents)) continue;
      std::vector<Index> n(extents.size(), 0);
      n[d] = 1;
      expected += power(x, extents, n);
      ++directions;
    }
    expected /= directions;
    const SmallestMode mode({extents, false});
    EXPECT_LT((mode(x) - expected).abs().maxCoeff(), kRounding);
    EXPECT_LT((mode(packed(layout, x, extents)) - expected).abs().maxCoeff(), kRounding);
  }
}

TEST(SmallestMode, IsTheSameNumberForStatesThatHaveTheSame) {
  for (const Index extent : {3, 6, 8, 10}) {
    const SmallestMode mode({{extent, extent}, false});
    const Batch up = Batch::Ones(1, extent * extent);
    EXPECT_EQ(mode(up)(0), 0);
    EXPECT_EQ(mode(-up)(0), 0);
  }
}

TEST(Fourier, PowerAndTwoPointFunctionAreTheDirectSums) {
  const std::vector<Index> extents{5, 4, 3};
  const TorusFilter fourier(extents);
  const Batch x = testing::normals(11, 60);
  Batch sums = Batch::Zero(11, fourier.modes());
  fourier.add_power(x, sums);
  fourier.add_power(x, sums);
  const Column half = sums.row(9).transpose() / 2;
  const std::span<const double> of_row{half.data(), static_cast<std::size_t>(half.size())};
  const std::vector<double> all = fourier.unfold(of_row), g = fourier.two_point(of_row);
  for (Index k = 0; k < 60; ++k) {
    const double expected = power(x, extents, {k % 5, k / 5 % 4, k / 20})(9);
    EXPECT_NEAR(all[static_cast<std::size_t>(k)], expected, kRounding) << k;
  }
  for (Index r = 0; r < 60; ++r) {
    double expected = 0;
    for (Index i = 0; i < 60; ++i) {
      const Index j =
          (i % 5 + r % 5) % 5 + 5 * ((i / 5 % 4 + r / 5 % 4) % 4) + 20 * ((i / 20 + r / 20) % 3);
      expected += x(9, i) * x(9, j) / 60;
    }
    EXPECT_NEAR(g[static_cast<std::size_t>(r)], expected, kRounding) << r;
  }
}

TEST(CorrelationLength, IsThatOfAnExponentialChain) {
  // A long ring has ⟨s_0 s_r⟩ = t^|r|, t = tanh β, so S(k) = (1 − t²)/(1 − 2 t cos k + t²) and the
  // second-moment length is √t / (1 − t) exactly.
  const double t = std::tanh(1.5), k = 2 * std::numbers::pi / 4096;
  const auto S = [&](double wave) { return (1 - t * t) / (1 - 2 * t * std::cos(wave) + t * t); };
  EXPECT_NEAR(correlation_length({{4096}, false}, S(0), S(k)), std::sqrt(t) / (1 - t), 1e-6);
  EXPECT_TRUE(std::isnan(correlation_length({{8}, false}, 1, 2)));
  EXPECT_TRUE(std::isnan(correlation_length({{8}, false}, 1, 1)));
  EXPECT_TRUE(std::isnan(correlation_length({{8}, false}, 1, 0)));
}

TEST(CorrelationLength, OfTheTriangularLatticeIsTheSameAlongItsAxes) {
  // 1/S(k) = 1 + ξ² k̂² with k̂² = (2/3) Σ over three bonds of 4 sin²(k·e/2): a free field.
  const double L = 24, xi = 1.7, s = std::sin(std::numbers::pi / L);
  const double S = 1 / (1 + xi * xi * (2.0 / 3) * (4 * s * s + 4 * s * s));
  EXPECT_NEAR(correlation_length({{24, 24}, true}, 1, S), xi, 1e-12);
}

TEST(Callen, HasMeanZeroInEverySystem) {
  Graph fields = make_graph(torus({3, 3}));
  for (std::size_t b = 0; b < fields.bonds.size(); ++b)
    fields.bonds[b].J = 0.3 * static_cast<double>(b % 5) - 0.5;
  add_uniform_field(fields, 0.4);
  Graph plaquettes = make_graph(torus({3, 3}));
  add_plaquettes(plaquettes, torus({3, 3}), 0.7);
  for (const Graph& graph :
       {fields, plaquettes, make_graph(torus({3, 3})), triangular_graph(torus({3, 3}))}) {
    const Ising ising(graph, 0.6);
    const Batch s = all_states(9);
    const Column w = (ising.log_density(s) - enumerate_spins(graph, 0.6).lnZ).exp();
    const Column callen = Callen(ising).measure(s);
    EXPECT_GT(callen.abs().maxCoeff(), 0.1);
    EXPECT_NEAR((w * callen).sum(), 0, 1e-13);
    double step = 0;  // of configurations that differ in one spin
    for (Index k = 0; k < s.rows(); ++k)
      for (Index i = 0; i < s.cols(); ++i) {
        Batch turned = s.row(k);
        turned(0, i) = -turned(0, i);
        step = std::max(step, std::abs(Callen(ising).measure(turned)(0) - callen(k)));
      }
    EXPECT_LE(step, Callen(ising).largest_step());
    EXPECT_GT(step, 0.2 * Callen(ising).largest_step());
  }
}

TEST(Callen, OfPackedSpinsIsThatOfTheBatch) {
  struct Case {
    Graph graph;
    SpinLayout layout;
  };
  Graph signs = make_graph(torus({5, 4, 3}));
  for (std::size_t b = 0; b < signs.bonds.size(); b += 2) signs.bonds[b].J = -1;
  Graph real = make_graph(torus({6, 5}));
  for (std::size_t b = 0; b < real.bonds.size(); ++b)
    real.bonds[b].J = 0.1 * static_cast<double>(b);
  Graph field = real;
  add_uniform_field(field, 0.25);
  for (const auto& [graph, layout] :
       {Case{signs, SpinLayout::lanes}, Case{real, SpinLayout::bytes},
        Case{field, SpinLayout::bytes}, Case{make_graph(torus({128, 32})), SpinLayout::strips},
        Case{make_graph(torus({8, 8})), SpinLayout::lanes},
        Case{make_graph(torus({10, 6})), SpinLayout::strings},
        Case{make_graph(torus({4, 6, 8})), SpinLayout::strings},
        Case{make_graph(torus({2, 5, 1, 3})), SpinLayout::bytes}}) {
    const Ising ising(graph, 0.45);
    const Batch x = random_spins(70, graph.sites);
    const Callen callen(ising);
    const Column expected = callen.measure(x);
    const Column got = callen.measure_packed(packed(layout, x, graph.extents));
    EXPECT_LT((got - expected).abs().maxCoeff(), kRounding);
  }
}

TEST(Overlap, OfPackedProductsIsThatOfTheBatch) {
  Graph graph = make_graph(torus({4, 4, 4}));
  for (std::size_t b = 0; b < graph.bonds.size(); b += 2) graph.bonds[b].J = -1;
  const Ising ising(graph, 1);
  const Batch q = random_spins(10, 64);
  const Observables list = overlap_observables(ising, {{4, 4, 4}, false});
  EXPECT_EQ(list.size(), 8U);
  for (const auto& observable : list)
    for (const SpinLayout layout : {SpinLayout::lanes, SpinLayout::bytes, SpinLayout::strings}) {
      EXPECT_TRUE(observable->traits().is_of_pairs);
      ASSERT_TRUE(observable->traits().reads_packed);
      const Column got = observable->measure_packed(packed(layout, q, graph.extents));
      EXPECT_LT((got - observable->measure(q)).abs().maxCoeff(), kRounding) << observable->name();
    }
}

TEST(Overlap, SecondMomentOfIndependentReplicasIsThatOfEnumeration) {
  Graph graph = make_graph(torus({3, 2}));
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = 0.4 * static_cast<double>(b % 4) - 0.5;
  const Ising ising(graph, 0.8);
  const Exact exact = enumerate_spins(graph, 0.8);
  const Batch s = all_states(6);
  const Column w = (ising.log_density(s) - exact.lnZ).exp();
  double q2 = 0, link = 0;
  const Observables list = overlap_observables(ising, {});
  for (Index a = 0; a < s.rows(); ++a) {
    Batch product = s;
    for (Index i = 0; i < 6; ++i) product.col(i) *= s(a, i);
    for (const auto& observable : list) {
      if (observable->name() == "q2") q2 += w(a) * (w * observable->measure(product)).sum();
      if (observable->name() == "q_link") link += w(a) * (w * observable->measure(product)).sum();
    }
  }
  EXPECT_NEAR(q2, *exact.overlap_q2, 1e-13);
  // ⟨q_link⟩ is the mean of ⟨s_i s_j⟩² over the bonds.
  double expected = 0;
  for (const Bond& bond : graph.bonds) {
    const double mean = (w * s.col(bond.i) * s.col(bond.j)).sum();
    expected += mean * mean / static_cast<double>(graph.bonds.size());
  }
  EXPECT_NEAR(link, expected, 1e-13);
}

}  // namespace
}  // namespace nmc
