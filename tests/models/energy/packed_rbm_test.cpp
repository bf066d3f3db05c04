#include "models/energy/packed_rbm.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/models/energy/zoo_machine.hpp"

namespace nmc {
namespace {

constexpr double kFloat = 2e-6;  // 20 roundings of numbers below 10

Batch random_bits(Index rows, Index units, std::uint64_t seed) {
  Batch u(rows, units);
  fill_uniform({.seed = seed, .purpose = Purpose::test}, u);
  return (u < 0.3).select(Batch::Ones(rows, units), 0.0);
}

/// Tiles of means as (rows, units).
Batch untiled(const std::vector<float>& means, Index rows, Index units) {
  Batch all(rows, units);
  for (Index r = 0; r < rows; ++r)
    for (Index k = 0; k < units; ++k)
      all(r, k) =
          means[static_cast<std::size_t>(((k / kUnitTile) * rows + r) * kUnitTile + k % kUnitTile)];
  return all;
}

TEST(BitRows, PackUnpackAndTranspose) {
  for (const auto& [rows, units] : {std::pair<Index, Index>{1, 1}, {33, 70}, {64, 32}, {5, 100}}) {
    const Batch v = random_bits(rows, units, 7);
    const BitRows bits(v);
    EXPECT_TRUE((bits.unpack(Units::binary) == v).all());
    EXPECT_TRUE((bits.unpack(Units::spin) == 2 * v - 1).all());
    EXPECT_EQ(BitRows(2 * v - 1), bits);
    BitRows by_unit(units, 64 + rows);
    by_unit.put_transposed(bits, 64);
    for (Index r = 0; r < rows; ++r)
      for (Index unit = 0; unit < units; ++unit) {
        EXPECT_EQ(by_unit.bit(unit, 64 + r), bits.bit(r, unit));
        EXPECT_FALSE(by_unit.bit(unit, r % 64));
      }
  }
}

class Packed : public testing::TestWithParam<RbmShape> {};

TEST_P(Packed, HasTheMeansAndTheFreeEnergyOfTheMachine) {
  const Rbm rbm = test::random_machine(GetParam(), 0.3, 9);
  const bool is_spin = rbm.units() == Units::spin;
  const PackedRbm packed(rbm);
  const Batch bits = random_bits(37, rbm.sites(), 3);
  const Batch v = is_spin ? Batch(2 * bits - 1) : bits;
  std::vector<float> means(static_cast<std::size_t>(packed.up.tiles() * 37 * kUnitTile));
  run_pass({.layer = packed.up, .in = BitRows(v), .means = means.data(), .means_rows = 37},
           Threads{});
  const Batch expected = is_spin ? Batch((rbm.hidden_means(v) + 1) / 2) : rbm.hidden_means(v);
  EXPECT_LT((untiled(means, 37, rbm.hidden()) - expected).abs().maxCoeff(), kFloat);
  const Column free = softplus_change(packed.up, BitRows(v), {0, 1}) +
                      (bits.matrix() * binary_form(rbm).a).array() + binary_form(rbm).constant;
  EXPECT_LT((free - rbm.log_density(v)).abs().maxCoeff(),
            1e-6 * rbm.log_density(v).abs().maxCoeff());
  const Column change = softplus_change(packed.up, BitRows(v), {0.4F, 1}) +
                        softplus_change(packed.up, BitRows(v), {0, 0.4F});
  EXPECT_LT((change - softplus_change(packed.up, BitRows(v), {0, 1})).abs().maxCoeff(), 1e-4);
}

TEST_P(Packed, DrawsWithTheOddsOfTheMachineOnAnyNumberOfThreads) {
  const Rbm rbm = test::random_machine(GetParam(), 0.3, 9);
  const PackedRbm packed(rbm);
  constexpr Index kRows = 20000;
  const Batch h = random_bits(1, rbm.hidden(), 4);
  const BitRows in(h.replicate(kRows, 1).eval());
  BitRows one(kRows, rbm.sites()), two(kRows, rbm.sites());
  const Streams streams{.seed = 5, .step = 3, .first_chain = 9, .purpose = Purpose::gibbs};
  run_pass({.layer = packed.down, .in = in, .out = &one, .streams = streams}, Threads(1));
  run_pass({.layer = packed.down, .in = in, .out = &two, .streams = streams}, Threads(2));
  EXPECT_EQ(one, two);
  const bool is_spin = rbm.units() == Units::spin;
  const Batch mean = rbm.visible_means(is_spin ? Batch(2 * h - 1) : h);
  const Batch p = is_spin ? Batch((mean + 1) / 2) : mean;
  const Eigen::ArrayXXd found = one.unpack(Units::binary).colwise().mean();
  // Binomial: 6 errors, of 70 units at most one in 10^7 runs.
  const Eigen::ArrayXXd z = (found - p) / (p * (1 - p) / static_cast<double>(kRows)).sqrt();
  EXPECT_LT(z.abs().maxCoeff(), 6);
  // A row by itself is the same row.
  BitRows last(1, rbm.sites());
  run_pass({.layer = packed.down,
            .in = in.picked(std::vector<Index>{0}),
            .out = &last,
            .streams = streams.from_chain(kRows - 1)},
           Threads{});
  EXPECT_EQ(last, one.picked(std::vector<Index>{kRows - 1}));
}

TEST_P(Packed, ComesBackAsTheMachine) {
  const Rbm rbm = test::random_machine(GetParam(), 0.3, 9);
  const Rbm back = PackedRbm(rbm).unpacked(rbm.units());
  for (std::size_t k = 0; k < rbm.parameters().size(); ++k)
    EXPECT_NEAR(std::as_const(back).parameters()[k], std::as_const(rbm).parameters()[k], kFloat);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Packed,
                         testing::Values(RbmShape{5, 3, Units::binary},
                                         RbmShape{70, 33, Units::spin},
                                         RbmShape{33, 64, Units::binary}));

}  // namespace
}  // namespace nmc
