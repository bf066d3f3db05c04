#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "core/roles/all_states.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/observables/angle_variates.hpp"
#include "physics/observables/dual_variates.hpp"
#include "physics/observables/real_variates.hpp"
#include "physics/observables/spin_variates.hpp"
#include "physics/systems/dual_ising.hpp"
#include "physics/systems/phi4.hpp"
#include "tests/physics/systems/target_checks.hpp"

namespace nmc {
namespace {

Batch coin_spins(Index rows, Index sites) {
  std::mt19937_64 engine(5);
  Batch s(rows, sites);
  for (double& value : s.reshaped()) value = (engine() & 1U) != 0 ? 1 : -1;
  return s;
}

Batch wide_normals(Index rows, Index sites, double width) {
  return width * testing::normals(rows, sites);
}

/// A lattice with everything that spins can have.
Graph rich_graph() {
  Graph graph = make_graph(torus({3, 3}));
  graph.torus.clear();
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = 0.3 + 0.1 * static_cast<double>(b % 7) - (b % 3 == 0 ? 1 : 0);
  for (int i = 0; i < 9; ++i) graph.field.push_back(0.2 * i - 0.7);
  graph.plaquettes.push_back({{0, 1, 3, 4}, 0.4});
  return graph;
}

/// Σ_s π(s) of every variate, over the largest of its values.
void expect_mean_zero(const Ising& ising) {
  const SpinVariates variates(ising);
  const Batch s = all_states(Support::spin, ising.sites());
  const Batch values = variates.measure(s);
  Column p = ising.log_density(s);
  p = (p - p.maxCoeff()).exp();
  p /= p.sum();
  for (Index k = 0; k < values.cols(); ++k) {
    const double largest = values.col(k).abs().maxCoeff();
    ASSERT_GT(largest, 0) << variates.names()[static_cast<std::size_t>(k)];
    EXPECT_LT(std::abs((p * values.col(k)).sum()), 1e-12 * largest)
        << variates.names()[static_cast<std::size_t>(k)];
  }
}

TEST(SpinVariates, HaveMeanZeroOverAllStates) {
  expect_mean_zero(Ising(make_graph(torus({3, 4})), 0.44));
  expect_mean_zero(Ising(make_graph(torus({2, 4})), 0.7));
  expect_mean_zero(Ising(rich_graph(), 0.6));
}

// A generator of another temperature is none of this density: the test above sees it.
TEST(SpinVariates, HaveAnotherMeanAtAnotherTemperature) {
  const Ising ising(make_graph(torus({3, 4})), 0.44), other(make_graph(torus({3, 4})), 0.45);
  const Batch s = all_states(Support::spin, ising.sites());
  Column p = ising.log_density(s);
  p = (p - p.maxCoeff()).exp();
  EXPECT_GT(std::abs((p / p.sum() * SpinVariates(other).measure(s).col(0)).sum()), 1e-3);
}

TEST(SpinVariates, AreTheSameInEveryLayout) {
  for (const auto& extents : std::vector<std::vector<Index>>{{6, 4}, {4, 4, 4}, {128, 16}}) {
    Graph graph = make_graph(torus(extents));
    for (const bool is_torus : {true, false}) {
      if (!is_torus) {
        graph.torus.clear();
        for (std::size_t b = 0; b < graph.bonds.size(); b += 3) graph.bonds[b].J = -1;
      }
      const Ising ising(graph, 0.4);
      const SpinVariates variates(ising);
      const Batch s = coin_spins(70, graph.sites), expected = variates.measure(s);
      for (const SpinLayout layout :
           {SpinLayout::bytes, SpinLayout::lanes, SpinLayout::strips, SpinLayout::strings}) {
        if (layout == SpinLayout::strips && (!is_torus || !StripGeometry::fits(extents))) continue;
        SpinGeometry geometry = StringGeometry::of(extents);
        if (layout == SpinLayout::strips) geometry = StripGeometry::of(extents);
        Spins spins(layout, {70, graph.sites, 3}, geometry);
        spins.pack(s);
        const Batch values = variates.measure_packed(spins);
        EXPECT_TRUE(((values - expected).abs() <= 1e-9 * (1 + expected.abs())).all());
      }
    }
  }
}

TEST(SpinVariates, OfStringsAreThoseOfOpenLatticesInFields) {
  for (const std::vector<Index>& extents :
       std::vector<std::vector<Index>>{{6, 5}, {70, 60}, {5, 4, 3}}) {
    Lattice lattice = torus(extents);
    lattice.periodic[0] = false;
    Graph graph = make_graph(lattice);
    for (std::size_t b = 0; b < graph.bonds.size(); b += 3) graph.bonds[b].J = -1;
    graph.field.assign(static_cast<std::size_t>(graph.sites), 0.3);
    const Ising ising(graph, 0.4);
    ASSERT_NE(ising.string_lattice(), nullptr);
    const SpinVariates variates(ising);
    const Batch s = coin_spins(7, graph.sites), expected = variates.measure(s);
    Spins spins(SpinLayout::strings, {7, graph.sites, 3}, StringGeometry::of(extents));
    spins.pack(s);
    const Batch values = variates.measure_packed(spins);
    EXPECT_TRUE(((values - expected).abs() <= 1e-9 * (1 + expected.abs())).all());
  }
}

TEST(SpinVariates, OfLargeLatticesAreThoseOfTheEnergyInEveryLayout) {
  const std::vector<Index> extents{128, 64};
  const Ising ising(make_graph(torus(extents)), 0.4);
  const SpinVariates variates(ising);
  ASSERT_EQ(variates.names(), (std::vector<std::string>{"H", "H2", "H3"}));
  const Batch s = coin_spins(3, ising.sites()), expected = variates.measure(s);
  for (const SpinLayout layout :
       {SpinLayout::bytes, SpinLayout::lanes, SpinLayout::strips, SpinLayout::strings}) {
    SpinGeometry geometry = StripGeometry::of(extents);
    if (layout == SpinLayout::strings) geometry = StringGeometry::of(extents);
    Spins spins(layout, {3, ising.sites(), 0}, geometry);
    spins.pack(s);
    const Batch values = variates.measure_packed(spins);
    EXPECT_TRUE(((values - expected).abs() <= 1e-9 * expected.abs()).all());
  }
}

/// div v by central differences plus v · ∇ ln p.
using VectorField = std::function<Batch(const Batch&)>;
Column stein(const Target& target, const Batch& x, const VectorField& v) {
  Batch g;
  (void)target.log_density_grad(x, g);
  Column sum = sum_sites((v(x) * g).eval());
  const double h = 1e-5;
  for (Index i = 0; i < x.cols(); ++i) {
    Batch above = x, below = x;
    above.col(i) += h;
    below.col(i) -= h;
    sum += (v(above).col(i) - v(below).col(i)) / (2 * h);
  }
  return sum;
}

std::vector<VectorField> vector_fields(const Graph* couplings) {
  const auto total = [](const Batch& x) -> Column { return sum_sites(x); };
  const auto all = [](const Column& c, const Batch& x) -> Batch {
    return c.replicate(1, x.cols());
  };
  std::vector<VectorField> fields{[](const Batch& x) { return x; },
                                  [=](const Batch& x) { return all(total(x), x); }};
  if (couplings != nullptr) {
    const Adjacency a = adjacency(*couplings);
    fields.emplace_back([a](const Batch& x) { return apply_stencil(a, x, 0, 1); });
    fields.emplace_back(
        [a](const Batch& x) { return apply_stencil(a, apply_stencil(a, x, 0, 1), 0, 1); });
  }
  fields.emplace_back([](const Batch& x) -> Batch { return x.cube(); });
  fields.emplace_back([=](const Batch& x) -> Batch {
    const auto N = static_cast<double>(x.cols());
    return all(total(x).cube() / (N * N), x);
  });
  fields.emplace_back([=](const Batch& x) -> Batch {
    return x.colwise() * (total(x).square() / static_cast<double>(x.cols()));
  });
  fields.emplace_back([=](const Batch& x) -> Batch { return x.square().colwise() * total(x); });
  fields.emplace_back([](const Batch& x) -> Batch { return x.cube() * x.square(); });
  fields.emplace_back([](const Batch& x) -> Batch { return Batch::Ones(x.rows(), x.cols()); });
  return fields;
}

void expect_stein(const Target& target, const ControlVariates& variates, const Graph* couplings) {
  const Batch x = wide_normals(9, target.sites(), 0.6), values = variates.measure(x);
  const std::vector<VectorField> fields = vector_fields(couplings);
  ASSERT_EQ(values.cols(), std::ssize(fields));
  for (Index k = 0; k < values.cols(); ++k) {
    const Column expected = stein(target, x, fields[static_cast<std::size_t>(k)]);
    EXPECT_TRUE(((values.col(k) - expected).abs() < 1e-6 * (1 + expected.abs())).all())
        << variates.names()[static_cast<std::size_t>(k)];
  }
}

TEST(RealVariates, AreSteinsIdentity) {
  for (const auto& extents : std::vector<std::vector<Index>>{{4, 4}, {3, 5}, {2, 4}}) {
    const Lattice lattice = torus(extents);
    const Phi4 phi4(lattice, -2, 1.5);
    const Graph graph = make_graph(lattice);
    expect_stein(phi4, RealVariates(phi4, &phi4), &graph);
    expect_stein(phi4, RealVariates(phi4), nullptr);
  }
  const DualIsing dual(make_graph(torus({4, 4})), 0.44);
  expect_stein(dual, RealVariates(dual), nullptr);
}

TEST(DualVariates, AreSteinsIdentity) {
  Graph graph = make_graph(torus({3, 4}));
  for (const bool has_field : {false, true}) {
    if (has_field)
      for (int i = 0; i < 12; ++i) graph.field.push_back(0.1 * i - 0.4);
    const DualIsing dual(graph, 0.44);
    const Batch x = wide_normals(9, 12, 1.2);
    const auto K = [&](const Batch& w) { return dual.kernel().apply(w); };
    const auto T = [&](const Batch& at) -> Column { return sum_sites(dual.mean_spins(at)); };
    const auto all = [](const Column& c) -> Batch { return c.replicate(1, 12); };
    const std::vector<VectorField> fields{
        [&](const Batch& at) { return K(dual.mean_spins(at)); },
        [&](const Batch& at) { return K(all(T(at))); },
        [&](const Batch& at) { return K(at); },
        [&](const Batch& at) { return K(all(sum_sites(at))); },
        [&](const Batch& at) -> Batch {
          const Batch t = dual.mean_spins(at);
          return K(t).colwise() * (sum_sites((t * K(t)).eval()) / 12);
        },
        [&](const Batch& at) -> Batch {
          return K(dual.mean_spins(at)).colwise() * (T(at).square() / 12);
        },
        [&](const Batch& at) { return K(all((T(at).cube() / 144).eval())); }};
    const Batch values = DualVariates(dual).measure(x);
    ASSERT_EQ(values.cols(), std::ssize(fields));
    for (Index k = 0; k < values.cols(); ++k) {
      const Column expected = stein(dual, x, fields[static_cast<std::size_t>(k)]);
      EXPECT_TRUE(((values.col(k) - expected).abs() < 1e-6 * (1 + expected.abs())).all()) << k;
    }
    Batch y;
    dual.kernel().apply_inverse(x, y);
    EXPECT_TRUE(((DualVariates(dual, true).measure(y) - values).abs() < 1e-9).all());
  }
}

TEST(RealVariates, AreTheSameForEveryCutOfTheBatch) {
  const Phi4 phi4(torus({4, 4}), -2, 1.5);
  const RealVariates variates(phi4, &phi4);
  const Batch x = wide_normals(13, 16, 0.6), all = variates.measure(x);
  for (Index row = 0; row < x.rows(); ++row) {
    const Batch one = variates.measure(x.row(row));
    EXPECT_TRUE((one == all.row(row)).all()) << row;
  }
}

/// Δh + ∇ ln p · ∇h by differences.
Column langevin(const Target& target, const Batch& x,
                const std::function<Column(const Batch&)>& h) {
  Batch g;
  (void)target.log_density_grad(x, g);
  const Column here = h(x);
  Column sum = Column::Zero(x.rows());
  const double step = 1e-4;
  for (Index i = 0; i < x.cols(); ++i) {
    Batch above = x, below = x;
    above.col(i) += step;
    below.col(i) -= step;
    const Column up = h(above), down = h(below);
    sum += (up - 2 * here + down) / (step * step) + g.col(i) * (up - down) / (2 * step);
  }
  return sum;
}

TEST(AngleVariates, AreLangevinsGenerator) {
  Graph graph = make_graph(torus({3, 3}));
  for (const bool has_field : {false, true}) {
    if (has_field) graph.field.assign(9, 0.3);
    const XyModel xy(graph, 0.8);
    const AngleVariates variates(xy);
    const auto H = [&](const Batch& x) { return xy.energy(x); };
    const auto Q = [](const Batch& x) -> Column {
      return sum_sites(x.cos().eval()).square() + sum_sites(x.sin().eval()).square();
    };
    const std::vector<std::function<Column(const Batch&)>> functions{
        H,
        Q,
        [&](const Batch& x) -> Column { return H(x).square(); },
        [&](const Batch& x) -> Column { return Q(x).square(); },
        [&](const Batch& x) -> Column { return H(x) * Q(x); },
        [&](const Batch& x) -> Column { return H(x).cube(); }};
    const Batch x = wide_normals(5, 9, 1.0), values = variates.measure(x);
    ASSERT_EQ(values.cols(), std::ssize(functions));
    for (Index k = 0; k < values.cols(); ++k) {
      const Column expected = langevin(xy, x, functions[static_cast<std::size_t>(k)]);
      EXPECT_TRUE(((values.col(k) - expected).abs() < 1e-4 * (1 + expected.abs())).all())
          << variates.names()[static_cast<std::size_t>(k)];
    }
  }
}

}  // namespace
}  // namespace nmc
