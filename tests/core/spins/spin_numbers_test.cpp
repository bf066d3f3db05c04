#include "core/spins/spin_numbers.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "core/errors.hpp"

namespace nmc {
namespace {

Batch some_spins(Index rows, Index sites) {
  Batch x(rows, sites);
  std::uint64_t state = 1;
  for (Index row = 0; row < rows; ++row)
    for (Index site = 0; site < sites; ++site) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      x(row, site) = (state >> 63) != 0 ? 1 : -1;
    }
  return x;
}

TEST(SpinNumbers, HoldTheSpinsOfEveryLayout) {
  for (const Index sites : {1, 47, 48, 49, 96, 1024}) {
    const Batch x = some_spins(5, sites);
    for (const SpinLayout layout : {SpinLayout::bytes, SpinLayout::lanes}) {
      Spins spins(layout, {5, sites, 7});
      spins.pack(x);
      const Batch numbers = spin_numbers(spins);
      EXPECT_EQ(numbers.cols(), (sites + 47) / 48);
      EXPECT_TRUE((spins_of_numbers(numbers, sites) == x).all()) << sites;
    }
  }
  Spins strings(SpinLayout::strings, {2, 63, 0}, StringGeometry::of({9, 7}));
  const Batch x = some_spins(2, 63);
  strings.pack(x);
  EXPECT_TRUE((spins_of_numbers(spin_numbers(strings), 63) == x).all());
  Spins strips(SpinLayout::strips, {2, 128 * 16, 0}, StripGeometry::of({128, 16}));
  const Batch y = some_spins(2, 128 * 16);
  strips.pack(y);
  EXPECT_TRUE((spins_of_numbers(spin_numbers(strips), 128 * 16) == y).all());
}

TEST(SpinNumbers, ReadNoOthers) {
  EXPECT_THROW((void)spins_of_numbers(Batch::Zero(1, 2), 48), UserError);
  for (const double wrong : {-1.0, 0.5, 4.0, 1e300}) {
    const Batch numbers = Batch::Constant(1, 1, wrong);
    EXPECT_THROW((void)spins_of_numbers(numbers, 2), UserError) << wrong;
  }
}

}  // namespace
}  // namespace nmc
