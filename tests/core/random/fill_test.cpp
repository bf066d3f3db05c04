#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/random/philox.hpp"
#include "core/random/streams.hpp"

namespace nmc {
namespace {

TEST(Philox, EqualsTheKnownAnswersOfRandom123) {
  // kat_vectors of Random123, philox4x32-10: counter and key from the digits of pi.
  Streams streams;
  streams.seed = 0x299f31d0a4093822;
  streams.step = 0x0370734485a308d3 & 0xFFFFFFFF;
  streams.first_chain = 0x13198a2e;
  streams.purpose = static_cast<Purpose>(0x03707344);
  const auto words = philox_block(streams, 0, 0x243f6a88);
  EXPECT_EQ(words[0], 0xd16cfe09U);
  EXPECT_EQ(words[1], 0x94fdccebU);
  EXPECT_EQ(words[2], 0x5001e420U);
  EXPECT_EQ(words[3], 0x24126ea1U);
}

TEST(FillUniform, EqualsTheScalarReferenceBitForBitForEveryShape) {
  const Streams streams{0x123456789abcdefULL, (5ULL << 40) + 17, 1000003, Purpose::propose};
  for (const Index chains : {1, 3, 8, 13, 64}) {
    for (const Index sites : {1, 2, 7}) {
      Batch u(chains, sites);
      fill_uniform(streams, u);
      for (Index chain = 0; chain < chains; ++chain) {
        for (Index site = 0; site < sites; ++site) {
          const auto words = philox_block(streams, chain, static_cast<std::uint32_t>(site / 2));
          const auto half = static_cast<std::size_t>(2 * (site % 2));
          ASSERT_EQ(u(chain, site), uniform_of(words[half], words[half + 1]));
        }
      }
    }
  }
}

TEST(FillUniform, AndNormalGoOnFromAnyPlace) {
  const Streams streams{12, 3, 5, Purpose::propose};
  for (const Index chains : {1, 13, 64}) {
    Batch u(chains, 11), z(chains, 11);
    fill_uniform(streams, u);
    fill_normal(streams, z);
    for (const Index first : {0, 1, 4, 7})
      for (const Index count : {0, 1, 2, 3, 4}) {
        Batch part(chains, count);
        fill_uniform(streams, part, first);
        ASSERT_TRUE((part == u.middleCols(first, count)).all()) << first << " " << count;
        fill_normal(streams, part, first);
        ASSERT_TRUE((part == z.middleCols(first, count)).all()) << first << " " << count;
      }
  }
}

TEST(Streams, NestedOnesShareNothingWithTheirOwn) {
  const Streams outer{1234567, 3, 5, Purpose::accept}, inner = outer.nested();
  EXPECT_EQ(inner.seed, 6457827717110365317U);  // first number of splitmix64, published
  EXPECT_EQ(inner.step, outer.step);
  EXPECT_EQ(inner.first_chain, outer.first_chain);
  EXPECT_EQ(inner.purpose, outer.purpose);
  EXPECT_NE(inner.nested().seed, outer.seed);
  EXPECT_EQ((uniform_column(outer, 64) == uniform_column(inner, 64)).count(), 0);
}

TEST(FillUniform, StaysInsideTheOpenUnitIntervalAtTheExtremes) {
  EXPECT_EQ(uniform_of(0, 0), 0x1p-53);
  EXPECT_EQ(uniform_of(0xFFFFFFFFU, 0xFFFFFFFFU), 1 - 0x1p-53);
}

TEST(FillNormal, IsBoxMullerOfTheUniformsToThreeUlp) {
  const Streams streams{42, 7, 0, Purpose::momentum};
  Batch u(64, 200), z(64, 200);
  fill_uniform(streams, u);
  fill_normal(streams, z);
  for (Index chain = 0; chain < 64; ++chain) {
    for (Index site = 0; site < 200; site += 2) {
      const long double radius = std::sqrt(-2 * std::log((long double)u(chain, site)));
      const long double angle = 2 * std::numbers::pi_v<long double> * u(chain, site + 1);
      // Rounding of ln (2 ulp, halved by the root), root, angle, polynomial and product.
      const double tolerance = 4 * 0x1p-52 * static_cast<double>(radius);
      EXPECT_NEAR(z(chain, site), double(radius * std::cos(angle)), tolerance);
      EXPECT_NEAR(z(chain, site + 1), double(radius * std::sin(angle)), tolerance);
    }
  }
}

TEST(FillNormal, GivesAChainTheSameNumbersInEveryBatch) {
  Streams streams{9, 1, 0, Purpose::test};
  Batch all(37, 5);
  fill_normal(streams, all);
  for (Index chain = 0; chain < 37; ++chain) {
    Streams one = streams;
    one.first_chain = static_cast<std::uint32_t>(chain);
    Batch z(1, 5);
    fill_normal(one, z);
    ASSERT_TRUE((z.row(0) == all.row(chain)).all()) << chain;
  }
}

TEST(FillNormal, HasTheMomentsOfTheStandardNormal) {
  // 2^20 draws, seeded. Bars are 5 standard errors: false alarm < 3e-6 over the four checks.
  Batch z(1024, 1024);
  fill_normal(Streams{2024, 0, 0, Purpose::test}, z);
  const double n = static_cast<double>(z.size());
  EXPECT_LT(std::abs(z.mean()), 5 * std::sqrt(1 / n));
  EXPECT_LT(std::abs(z.square().mean() - 1), 5 * std::sqrt(2 / n));
  EXPECT_LT(std::abs(z.cube().mean()), 5 * std::sqrt(15 / n));
  EXPECT_LT(std::abs(z.square().square().mean() - 3), 5 * std::sqrt(96 / n));
}

TEST(Streams, NeverShareNumbersBetweenPurposesStepsOrSeeds) {
  Batch u(4, 4);
  const Streams base{1, 2, 0, Purpose::test};
  fill_uniform(base, u);
  for (const Streams& other : {base.with(Purpose::accept), base.at_step(3),
                               base.at_step(2 + (1ULL << 32)), Streams{2, 2, 0, Purpose::test}}) {
    Batch v(4, 4);
    fill_uniform(other, v);
    EXPECT_TRUE((u != v).all());
  }
}

}  // namespace
}  // namespace nmc
