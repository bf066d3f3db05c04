#include "core/spins/bond_list.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <thread>
#include <vector>

namespace nmc {
namespace {

using Ends = std::multiset<std::array<Index, 2>>;

Ends ends_of(const BondList& bonds) {
  Ends ends;
  for (const Bond& bond : bonds) ends.insert({std::min(bond.i, bond.j), std::max(bond.i, bond.j)});
  return ends;
}

// Periodic in x, open in y, one site in z: 3 x 2 bonds along x, 3 along y.
TEST(BondList, ListsWhatALatticeHas) {
  const BondList bonds(LatticeBonds{{3, 2, 1}, {true, false, true}, -0.5});
  EXPECT_EQ(bonds.size(), 9U);
  EXPECT_EQ(ends_of(bonds),
            (Ends{{0, 1}, {1, 2}, {0, 2}, {3, 4}, {4, 5}, {3, 5}, {0, 3}, {1, 4}, {2, 5}}));
  EXPECT_TRUE(bonds.are_all(-0.5));
  EXPECT_FALSE(bonds.are_ferromagnetic());
  EXPECT_EQ(bonds.common_magnitude(), 0.5);
  EXPECT_DOUBLE_EQ(bonds.total(), 4.5);
  EXPECT_EQ(ends_of(BondList(LatticeBonds{{2}, {true}, 1})), (Ends{{0, 1}, {0, 1}}));
}

TEST(BondList, SaysOfAListWhatItSaysOfItsLattice) {
  const BondList lattice(LatticeBonds{{4, 3}, {true, true}, 2});
  const BondList list(lattice.list());
  EXPECT_EQ(list.lattice(), nullptr);
  EXPECT_EQ(list.size(), lattice.size());
  EXPECT_EQ(list.first_J(), lattice.first_J());
  EXPECT_EQ(list.are_all(2), lattice.are_all(2));
  EXPECT_EQ(list.common_magnitude(), lattice.common_magnitude());
  EXPECT_EQ(list.are_ferromagnetic(), lattice.are_ferromagnetic());
  EXPECT_DOUBLE_EQ(list.total(), lattice.total());
}

TEST(BondList, IsChangedAlone) {
  const BondList lattice(LatticeBonds{{4}, {true}, 1});
  BondList changed = lattice;
  changed[2].J = -1;
  EXPECT_EQ(changed.lattice(), nullptr);
  EXPECT_TRUE(lattice.are_all(1));
  EXPECT_EQ(changed.common_magnitude(), 1);
  EXPECT_FALSE(changed.are_ferromagnetic());
  BondList copy = changed;
  copy.scale(3);
  EXPECT_EQ(copy[2].J, -3);
  EXPECT_EQ(changed.list()[2].J, -1);
  copy.scale(0);
  EXPECT_EQ(copy.common_magnitude(), 0);
  copy.clear();
  EXPECT_TRUE(copy.empty());
  EXPECT_EQ(copy.first_J(), 0);
  copy.push_back({0, 1, 2});
  EXPECT_EQ(copy.size(), 1U);
}

TEST(BondList, KeepsItsLatticeWhenScaled) {
  BondList bonds(LatticeBonds{{5, 5}, {false, false}, 1});
  bonds.scale(-2);
  ASSERT_NE(bonds.lattice(), nullptr);
  EXPECT_TRUE(bonds.are_all(-2));
  bonds.change_J([](double J) { return 1 / J; });
  ASSERT_NE(bonds.lattice(), nullptr);
  EXPECT_TRUE(bonds.are_all(-0.5));
}

void expect_same(const BondList& a, const BondList& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a.list()[i].i, b.list()[i].i);
    EXPECT_EQ(a.list()[i].j, b.list()[i].j);
    EXPECT_EQ(a.list()[i].J, b.list()[i].J);
  }
  EXPECT_EQ(a.first_J(), b.first_J());
  EXPECT_EQ(a.common_magnitude(), b.common_magnitude());
  EXPECT_EQ(a.are_ferromagnetic(), b.are_ferromagnetic());
  for (const double J : {2.0, -2.0, 1.0}) EXPECT_EQ(a.are_all(J), b.are_all(J)) << J;
}

// 70 bonds and more: the bits of a second word are reached.
TEST(BondList, KeepsItsLatticeWhereSignsDiffer) {
  for (const int every : {1, 3, 1000}) {  // all, a third, none but the first
    BondList lattice(LatticeBonds{{6, 7}, {true, false}, 1});
    BondList list(lattice.list());
    int b = 0;
    for (BondList* bonds : {&lattice, &list}) {
      b = 0;
      bonds->set_signs(2, [&b, every] { return b++ % every == 0; });
    }
    ASSERT_NE(lattice.lattice(), nullptr);
    expect_same(lattice, list);
    BondList visited;
    lattice.visit([&visited](const Bond& bond) { visited.push_back(bond); });
    expect_same(visited, list);
    for (BondList* bonds : {&lattice, &list}) bonds->scale(-1);
    ASSERT_NE(lattice.lattice(), nullptr);
    expect_same(lattice, list);
    const auto is_odd = [](double J) { return J > 0 ? 2.0 : 1.0; };
    for (BondList* bonds : {&lattice, &list}) bonds->change_J(is_odd);
    expect_same(lattice, list);
  }
  BondList none(LatticeBonds{{6, 7}, {true, false}, 1});
  none.set_signs(1, [] { return false; });
  EXPECT_TRUE(none.lattice()->negative.empty());
}

TEST(BondList, IsListedOnceByManyThreads) {
  const BondList bonds(LatticeBonds{{64, 64}, {true, true}, 1});
  std::array<const Bond*, 4> first{};
  {
    std::vector<std::jthread> threads;
    for (const Bond*& mine : first) threads.emplace_back([&] { mine = &bonds.front(); });
  }
  for (const Bond* each : first) EXPECT_EQ(each, first.front());
}

}  // namespace
}  // namespace nmc
