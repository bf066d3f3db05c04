#include <gtest/gtest.h>

#include "core/spins/row_counts.hpp"
#include "core/spins/spins.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"

/// Packed spins against the same spins as numbers: counts of bits are exact, and so are these
/// comparisons, but for sums of real couplings (rounding of 1e-12).
namespace nmc {
namespace {

Batch random_spins(Index rows, Index sites) {
  Batch u(rows, sites);
  fill_uniform({3, 1, 0, Purpose::test}, u);
  return (u < 0.4).select(Batch::Ones(rows, sites), -Batch::Ones(rows, sites));
}

Spins packed(SpinLayout layout, const Batch& x, Index first_row, const Graph& graph) {
  SpinGeometry geometry;
  if (layout == SpinLayout::strips) geometry = StripGeometry::of(graph.torus);
  if (layout == SpinLayout::strings) geometry = StringGeometry::of(graph.extents);
  Spins s(layout, {x.rows(), x.cols(), first_row}, geometry);
  s.pack(x);
  return s;
}

struct Case {
  SpinLayout layout;
  Index rows, first_row;
  std::vector<Index> torus;
};

const std::vector<Case> kCases{
    {SpinLayout::lanes, 700, 0, {7, 9}},     {SpinLayout::lanes, 3, 62, {4, 4}},
    {SpinLayout::lanes, 64, 64, {12, 5}},    {SpinLayout::bytes, 5, 9, {6, 6}},
    {SpinLayout::strips, 2, 1, {128, 16}},   {SpinLayout::strips, 1, 0, {256, 48}},
    {SpinLayout::strings, 2, 1, {2, 2}},     {SpinLayout::strings, 3, 0, {10, 6}},
    {SpinLayout::strings, 2, 0, {96, 20}},   {SpinLayout::strings, 2, 5, {20, 96}},
    {SpinLayout::strings, 2, 0, {200, 2}},   {SpinLayout::strings, 2, 0, {4, 2, 6}},
    {SpinLayout::strings, 2, 3, {6, 34, 4}}, {SpinLayout::strings, 2, 0, {3, 5}},
    {SpinLayout::strings, 3, 1, {131, 9}},   {SpinLayout::strings, 2, 0, {5, 4, 7}}};

TEST(Spins, ComeBackFromEveryLayout) {
  for (const Case& c : kCases) {
    const Graph graph = make_graph(torus(c.torus));
    const Batch x = random_spins(c.rows, graph.sites);
    const Spins s = packed(c.layout, x, c.first_row, graph);
    EXPECT_TRUE((s.unpack() == x).all());
    EXPECT_TRUE((s.unpack_row(c.rows - 1) == x.bottomRows(1)).all());
    EXPECT_TRUE((s.converted(SpinLayout::bytes).unpack() == x).all());
  }
}

TEST(Spins, CountUpAndDifferent) {
  for (const Case& c : kCases) {
    const Graph graph = make_graph(torus(c.torus));
    const Batch x = random_spins(c.rows, graph.sites);
    Batch y = x;
    for (Index r = 0; r < c.rows; ++r) y(r, (7 * r) % graph.sites) *= -1;
    y.row(0) = -x.row(0);
    const Spins a = packed(c.layout, x, c.first_row, graph);
    const Spins b = packed(c.layout, y, c.first_row, graph);
    EXPECT_TRUE((count_up(a) == sum_sites((x + 1) / 2)).all());
    EXPECT_TRUE((count_different(a, b) == sum_sites((x - y).abs() / 2)).all());
  }
}

TEST(Spins, EnergyOfEqualCouplingsIsTheBatchEnergy) {
  for (const Case& c : kCases) {
    Graph graph = make_graph(torus(c.torus));
    const Batch x = random_spins(c.rows, graph.sites);
    const Spins s = packed(c.layout, x, c.first_row, graph);
    EXPECT_TRUE((SpinEnergy(graph)(s) == ising_energy(graph, x)).all());
    if (c.layout == SpinLayout::strips) continue;
    for (std::size_t b = 0; b < graph.bonds.size(); b += 3) graph.bonds[b].J = -1;
    EXPECT_TRUE((SpinEnergy(graph)(s) == ising_energy(graph, x)).all());
  }
}

TEST(Spins, EnergyOfStringsHasOpenEndsAndAUniformField) {
  for (const std::vector<Index>& extents :
       std::vector<std::vector<Index>>{{6, 5}, {70, 9}, {5, 2, 6}})
    for (const bool is_open : {false, true})
      for (const double h : {0.0, -0.25}) {
        Lattice lattice = torus(extents);
        lattice.periodic.back() = !is_open;
        Graph graph = make_graph(lattice);
        graph.torus.clear();
        for (std::size_t b = 0; b < graph.bonds.size(); b += 3) graph.bonds[b].J = -1;
        if (h != 0) graph.field.assign(static_cast<std::size_t>(graph.sites), h);
        const Batch x = random_spins(3, graph.sites);
        const Spins s = packed(SpinLayout::strings, x, 0, graph);
        EXPECT_TRUE((SpinEnergy(graph)(s) == ising_energy(graph, x)).all());
      }
}

TEST(Spins, EnergyOfRealCouplingsAndFieldsIsTheBatchEnergy) {
  for (const Case& c : kCases) {
    if (c.layout == SpinLayout::strips || c.layout == SpinLayout::strings) continue;
    Graph graph = make_graph(torus(c.torus));
    for (std::size_t b = 0; b < graph.bonds.size(); ++b)
      graph.bonds[b].J = 0.1 * static_cast<double>(b) - 1.7;
    for (Index i = 0; i < graph.sites; ++i)
      graph.field.push_back(0.3 - 0.05 * static_cast<double>(i));
    const Batch x = random_spins(c.rows, graph.sites);
    const Spins s = packed(c.layout, x, c.first_row, graph);
    EXPECT_LT((SpinEnergy(graph)(s) - ising_energy(graph, x)).abs().maxCoeff(), 1e-11);
  }
}

}  // namespace
}  // namespace nmc
