#include "models/autoregressive/site_order.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numeric>

#include "core/errors.hpp"
#include "models/autoregressive/architectures.hpp"

namespace nmc {
namespace {

using Order = std::vector<Index>;

bool is_permutation_of_sites(Order order) {
  std::ranges::sort(order);
  Order all(order.size());
  std::iota(all.begin(), all.end(), 0);
  return order == all;
}

/// Whether consecutive sites are nearest neighbours of the open lattice.
bool is_path(const Order& order, const Order& extents) {
  for (std::size_t k = 1; k < order.size(); ++k) {
    Index a = order[k - 1], b = order[k], distance = 0;
    for (const Index extent : extents) {
      distance += std::abs(a % extent - b % extent);
      a /= extent;
      b /= extent;
    }
    if (distance != 1) return false;
  }
  return true;
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const UserError& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(SiteOrder, OfARasterIsTheNumbersOfTheSites) {
  for (const Order& extents : {Order{5}, {4, 3}, {2, 3, 4}}) {
    const Order order = site_order({extents}, PatchOrder::raster);
    EXPECT_TRUE(std::ranges::is_sorted(order));
    EXPECT_TRUE(is_permutation_of_sites(order));
  }
}

TEST(SiteOrder, OfASnakeWalksFromNeighbourToNeighbour) {
  EXPECT_EQ(site_order({{3, 2}}, PatchOrder::snake), (Order{0, 1, 2, 5, 4, 3}));
  for (const Order& extents : {Order{5}, {4, 3}, {3, 5}, {2, 3, 4}, {3, 3, 3}, {2, 2, 3, 2}}) {
    const Order order = site_order({extents}, PatchOrder::snake);
    EXPECT_TRUE(is_permutation_of_sites(order));
    EXPECT_TRUE(is_path(order, extents));
  }
}

TEST(SiteOrder, OfHilbertsCurveWalksThroughSquaresOneAfterTheOther) {
  EXPECT_EQ(site_order({{2, 2}}, PatchOrder::hilbert), (Order{0, 2, 3, 1}));
  for (const Index L : {2, 4, 8, 32}) {
    const Order order = site_order({{L, L}}, PatchOrder::hilbert);
    EXPECT_TRUE(is_permutation_of_sites(order));
    EXPECT_TRUE(is_path(order, {L, L}));
    // What sets it apart from a snake: each fourth is one quadrant.
    for (std::size_t k = 0; k < order.size(); ++k) {
      const Index first = order[k / (order.size() / 4) * (order.size() / 4)];
      EXPECT_EQ(order[k] % L / (L / 2), first % L / (L / 2));
      EXPECT_EQ(order[k] / L / (L / 2), first / L / (L / 2));
    }
  }
}

TEST(SiteOrder, DrawsEachPatchAsAWholeWithXRunningFastest) {
  EXPECT_EQ(site_order({{4, 2}, {2, 2}}, PatchOrder::raster), (Order{0, 1, 4, 5, 2, 3, 6, 7}));
  for (const PatchOrder kind : {PatchOrder::raster, PatchOrder::snake, PatchOrder::hilbert}) {
    const Order order = site_order({{8, 8}, {2, 2}}, kind);
    EXPECT_TRUE(is_permutation_of_sites(order));
    Order corners;
    for (std::size_t k = 0; k < order.size(); k += 4) {
      const Index corner = order[k];
      EXPECT_EQ(corner % 2, 0);
      EXPECT_EQ(order[k + 1], corner + 1);
      EXPECT_EQ(order[k + 2], corner + 8);
      EXPECT_EQ(order[k + 3], corner + 9);
      corners.push_back(corner / 16 * 4 + corner % 8 / 2);
    }
    EXPECT_EQ(corners, site_order({{4, 4}}, kind));
  }
  EXPECT_TRUE(is_permutation_of_sites(site_order({{6, 4, 4}, {3, 2, 1}}, PatchOrder::snake)));
}

TEST(SiteOrder, RefusesPatchesThatDoNotTileAndSquaresThatHilbertDoesNotFill) {
  const auto refusal = [](const PatchGrid& grid, PatchOrder order) {
    return message_of([&] { (void)site_order(grid, order); });
  };
  EXPECT_EQ(refusal({{4, 3}, {2, 2}}, PatchOrder::raster),
            "patches of 2x2 do not tile a lattice of 4x3: give divisors of its extents");
  EXPECT_EQ(refusal({{4, 4}, {0, 2}}, PatchOrder::raster),
            "patches of 0x2 do not tile a lattice of 4x4: give divisors of its extents");
  EXPECT_EQ(refusal({{4, 4}, {2}}, PatchOrder::raster),
            "a patch of 2 on a lattice of 4x4: give one number per direction");
  for (const Order& extents : {Order{6, 6}, {4, 8}, {4, 4, 4}, {16}})
    EXPECT_NE(refusal({extents}, PatchOrder::hilbert).find("use snake"), std::string::npos);
  EXPECT_NE(refusal({{8, 4}, {2, 2}}, PatchOrder::hilbert).find("this grid is 4x2: use snake"),
            std::string::npos);
}

class SiteOrderFile : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  [[nodiscard]] std::string write(const std::string& text) const {
    std::ofstream(path_) << text;
    return path_;
  }
  const std::string path_ =
      (std::filesystem::temp_directory_path() / ("nmc_order_" + std::to_string(::getpid())))
          .string();
};

TEST_F(SiteOrderFile, HoldsNumbersDividedBySpacesOrLines) {
  EXPECT_EQ(read_site_order(write("3 1\n\n  0\t2"), 4), (Order{3, 1, 0, 2}));
}

TEST_F(SiteOrderFile, IsRefusedWithTheLineOfAWordThatIsNoNumber) {
  for (const char* word : {"two", "1.5", "0x3", "2,"}) {
    const std::string path = write(std::string("0 1\n") + word + " 3\n");
    EXPECT_EQ(message_of([&] { (void)read_site_order(path, 4); }),
              path + ":2: \"" + word + "\" is no site number");
  }
  EXPECT_NE(message_of([] { (void)read_site_order("/nowhere/order", 4); }).find("/nowhere/order"),
            std::string::npos);
}

TEST_F(SiteOrderFile, IsRefusedByNameWhereItIsNoPermutation) {
  const std::string path = write("3 1 1 0");
  EXPECT_EQ(message_of([&] { (void)read_site_order(path, 4); }),
            path + ": the order names site 1 twice; it must name every site once");
}

TEST(SiteOrderOfANetwork, MustNameEverySiteOnce) {
  const auto refusal = [](const Order& order, Index patch = 1) {
    return message_of([&] {
      CausalFrame frame;
      frame.order = order;
      frame.patch = patch;
      CausalSpec spec = made_spec(frame, {2, 3});
      spec.sites = 4;
      check(spec);
    });
  };
  EXPECT_EQ(refusal({3, 1, 2, 0}), "nothing was refused");
  EXPECT_EQ(refusal({3, 1, 1, 0}), "the order names site 1 twice; it must name every site once");
  EXPECT_EQ(refusal({3, 1, 4, 0}), "the order names site 4; sites run from 0 to 3");
  EXPECT_EQ(refusal({3, 1, 2}),
            "the order names 3 sites; the system has 4, and it must name every site once");
  EXPECT_EQ(refusal({3, 1, 2, 0}, 3), "patches of 3 spins do not tile 4 sites");
}

}  // namespace
}  // namespace nmc
