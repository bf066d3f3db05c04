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
