#include <gtest/gtest.h>

#include "core/random/streams.hpp"
#include "core/spins/alignment_counts.hpp"
#include "core/spins/plane_counts.hpp"
#include "core/spins/replica_products.hpp"
#include "core/spins/string_counts.hpp"
#include "physics/graphs/lattice.hpp"

/// What is counted in packed spins against the same counted site by site: whole numbers, so equal.
namespace nmc {
namespace {

Batch plane_spins(Index rows, Index sites) {
  Batch u(rows, sites);
  fill_uniform({5, 1, 0, Purpose::test}, u);
  return (u < 0.4).select(Batch::Ones(rows, sites), -Batch::Ones(rows, sites));
}

struct PlaneCase {
  SpinLayout layout;
  Index rows, first_row;
  std::vector<Index> torus;
};

// Words that are full, cut and shared; extents beside a multiple of eight; more than 255 lines.
const std::vector<PlaneCase> kPlaneCases{
    {SpinLayout::lanes, 704, 0, {7, 9}},    {SpinLayout::lanes, 4, 62, {4, 3, 5}},
    {SpinLayout::lanes, 64, 64, {12, 25}},  {SpinLayout::bytes, 6, 10, {6, 6, 4}},
    {SpinLayout::bytes, 2, 0, {13, 300}},   {SpinLayout::bytes, 2, 0, {24}},
    {SpinLayout::strips, 2, 2, {128, 16}},  {SpinLayout::strips, 4, 0, {256, 48}},
    {SpinLayout::strings, 2, 2, {4, 2}},    {SpinLayout::strings, 4, 0, {30, 22}},
    {SpinLayout::strings, 2, 0, {6, 300}},  {SpinLayout::strings, 2, 0, {140, 6}},
    {SpinLayout::strings, 2, 0, {4, 6, 2}}, {SpinLayout::strings, 2, 0, {10, 12, 8}},
    {SpinLayout::strings, 2, 1, {7, 9}},    {SpinLayout::strings, 2, 0, {5, 70, 3}}};

Spins packed_planes(const PlaneCase& c, const Batch& x) {
  SpinGeometry geometry;
  if (c.layout == SpinLayout::strips) geometry = StripGeometry::of(c.torus);
  if (c.layout == SpinLayout::strings) geometry = StringGeometry::of(c.torus);
  Spins s(c.layout, {x.rows(), x.cols(), c.first_row}, geometry);
  s.pack(x);
  return s;
}

TEST(PlaneCounts, AreThoseOfTheSitesOneByOne) {
  for (const PlaneCase& c : kPlaneCases) {
    const Batch x = plane_spins(c.rows, make_graph(torus(c.torus)).sites);
    const PlaneCounts planes(c.torus);
    const Batch counts = planes(packed_planes(c, x));
    Batch expected = Batch::Zero(counts.rows(), counts.cols());
    for (Index i = 0; i < x.cols(); ++i) {
      Index place = i;
      for (std::size_t d = 0; d < c.torus.size(); ++d) {
        expected.col(planes.first(d) + place % c.torus[d]) += (x.col(i) + 1) / 2;
        place /= c.torus[d];
      }
    }
    EXPECT_TRUE((counts == expected).all()) << c.torus.size() << " " << c.torus[0];
  }
}

TEST(ReplicaProducts, MultiplyPartnersAtEveryDistance) {
  for (const PlaneCase& c : kPlaneCases)
    for (const Index stride : {1, 2, 11, 32, 176}) {
      if (c.rows % (2 * stride) != 0) continue;
      const Batch x = plane_spins(c.rows, make_graph(torus(c.torus)).sites);
      const Batch packed_products = replica_products(packed_planes(c, x), stride).unpack();
      const Batch products = replica_products(x, stride);
      for (Index row = 0; row < c.rows; ++row) {
        if (!is_first_of_pair(row, stride)) continue;
        const auto expected = x.row(row) * x.row(row + stride);
        EXPECT_TRUE((packed_products.row(row) == expected).all()) << row << " " << stride;
        EXPECT_TRUE((products.row(row) == expected).all()) << row << " " << stride;
      }
    }
}

/// Satisfied bonds of every site, (rows, sites).
Batch satisfied_bonds(const Graph& graph, const Batch& x) {
  Batch satisfied = Batch::Zero(x.rows(), x.cols());
  for (const Bond& bond : graph.bonds) {
    const Column is_satisfied = (bond.J * x.col(bond.i) * x.col(bond.j) > 0).cast<double>();
    satisfied.col(bond.i) += is_satisfied;
    satisfied.col(bond.j) += is_satisfied;
  }
  return satisfied;
}

TEST(AlignmentCounts, AreThoseOfTheSitesOneByOne) {
  for (const PlaneCase& c : kPlaneCases) {
    if (c.layout != SpinLayout::lanes) continue;
    Graph graph = make_graph(torus(c.torus));
    for (std::size_t b = 0; b < graph.bonds.size(); b += 3) graph.bonds[b].J = -1;
    graph.bonds.resize(graph.bonds.size() - 5);  // sites of several degrees
    ASSERT_TRUE(AlignmentCounts::fits(graph));
    std::vector<Index> degree(static_cast<std::size_t>(graph.sites), 0);
    for (const Bond& bond : graph.bonds) {
      ++degree[static_cast<std::size_t>(bond.i)];
      ++degree[static_cast<std::size_t>(bond.j)];
    }
    const Batch x = plane_spins(c.rows, graph.sites), satisfied = satisfied_bonds(graph, x);
    const AlignmentCounts alignment(graph);
    const Batch counts = alignment(packed_planes(c, x));
    const Batch of_up = alignment.of_up(packed_planes(c, x));
    for (Index k = 0; k < counts.cols(); ++k) {
      const auto [bonds, of_them] = alignment.classes()[static_cast<std::size_t>(k)];
      Column expected = Column::Zero(c.rows), expected_up = expected;
      for (Index i = 0; i < graph.sites; ++i) {
        if (degree[static_cast<std::size_t>(i)] != bonds) continue;
        const auto is_one = satisfied.col(i) == static_cast<double>(of_them);
        expected += is_one.cast<double>();
        expected_up += (is_one && x.col(i) > 0).cast<double>();
      }
      EXPECT_TRUE((counts.col(k) == expected).all()) << bonds << " bonds, " << of_them;
      EXPECT_TRUE((of_up.col(k) == expected_up).all()) << bonds << " bonds, " << of_them;
    }
  }
}

TEST(AlignmentCounts, OfStripsAreThoseOfTheSitesOneByOne) {
  for (const PlaneCase& c : kPlaneCases) {
    if (c.layout != SpinLayout::strips) continue;
    const Graph graph = make_graph(torus(c.torus));
    const Batch x = plane_spins(c.rows, graph.sites), satisfied = satisfied_bonds(graph, x);
    const Batch counts = count_aligned_strips(packed_planes(c, x));
    for (Index u = 0; u <= 4; ++u) {
      const Column expected =
          sum_sites((satisfied == static_cast<double>(u)).cast<double>().eval());
      EXPECT_TRUE((counts.col(u) == expected).all()) << u;
    }
  }
}

TEST(AlignmentCounts, OfStringsAreThoseOfTheSitesOneByOne) {
  for (const std::vector<Index>& extents :
       std::vector<std::vector<Index>>{{4, 2}, {30, 22}, {140, 6}, {7, 9}, {4, 6, 2}, {5, 4, 3}})
    for (const bool is_open : {false, true}) {
      Lattice lattice = torus(extents);
      if (is_open) lattice.periodic[0] = lattice.periodic.back() = false;
      Graph graph = make_graph(lattice);
      graph.torus.clear();
      for (std::size_t b = 0; b < graph.bonds.size(); b += 3) graph.bonds[b].J = -1;
      const auto strings = StringLattice::of(graph);
      ASSERT_TRUE(strings);
      const Batch x = plane_spins(3, graph.sites), satisfied = satisfied_bonds(graph, x);
      Batch degree = Batch::Zero(1, graph.sites);
      for (const Bond& bond : graph.bonds) degree(0, bond.i) += 1, degree(0, bond.j) += 1;
      const Spins spins = packed_planes({SpinLayout::strings, 3, 2, extents}, x);
      const Batch counts = count_aligned_strings(spins, *strings, false);
      const Batch of_up = count_aligned_strings(spins, *strings, true);
      const auto classes = string_classes(*strings);
      for (Index c = 0; c < counts.cols(); ++c) {
        const auto [bonds, u] = classes[static_cast<std::size_t>(c)];
        const auto has_bonds = (degree == static_cast<double>(bonds)).replicate(3, 1);
        const Batch is_one = (has_bonds && satisfied == static_cast<double>(u)).cast<double>();
        EXPECT_TRUE((counts.col(c) == sum_sites(is_one)).all()) << bonds << " " << u;
        EXPECT_TRUE((of_up.col(c) == sum_sites((is_one * (x + 1) / 2).eval())).all());
      }
    }
}

// Signs of a lattice that is not listed are those of its list, also beyond open and odd ends.
TEST(StringLattice, ReadsSignsAsTheyAreListed) {
  for (const std::vector<Index>& extents :
       std::vector<std::vector<Index>>{{4, 2}, {30, 22}, {7, 9}, {4, 6, 2}, {5, 4, 3}})
    for (const int of_nine : {0, 3, 9})
      for (const bool is_open : {false, true}) {
        Lattice lattice = torus(extents);
        if (is_open) lattice.periodic[0] = lattice.periodic.back() = false;
        Graph graph = make_graph(lattice);
        graph.torus.clear();
        int b = 0;
        graph.bonds.set_signs(1.5, [&b, of_nine] { return b++ % 9 < of_nine; });
        ASSERT_NE(graph.bonds.lattice(), nullptr);
        const auto strings = StringLattice::of(graph);
        graph.bonds = BondList(graph.bonds.list());
        const auto listed = StringLattice::of(graph);
        ASSERT_TRUE(strings && listed);
        EXPECT_EQ(strings->J(), 1.5);
        EXPECT_EQ(strings->colours(), listed->colours());
        EXPECT_EQ(strings->is_open(), is_open);
        for (Index string = 0; string < strings->strings(); ++string)
          for (int k = 0; k < strings->degree(); ++k) {
            const std::uint64_t* found = strings->signs(string, k);
            const std::uint64_t* expected = listed->signs(string, k);
            ASSERT_EQ(found == nullptr, of_nine == 0);
            ASSERT_EQ(expected == nullptr, of_nine == 0);
            if (found == nullptr) continue;
            EXPECT_TRUE(std::equal(found, found + strings->pitch(), expected)) << string << k;
          }
      }
}

TEST(AlignmentCounts, RefuseWhatCountsDoNotSay) {
  Graph graph = make_graph(torus({4, 4}));
  EXPECT_TRUE(AlignmentCounts::fits(graph));
  graph.field.assign(16, 0);
  EXPECT_TRUE(AlignmentCounts::fits(graph));
  graph.field[3] = 0.1;
  EXPECT_FALSE(AlignmentCounts::fits(graph));
  graph.field.clear();
  graph.bonds[2].J = 0.5;
  EXPECT_FALSE(AlignmentCounts::fits(graph));
}

}  // namespace
}  // namespace nmc
