#include <gtest/gtest.h>

#include "core/random/xoshiro.hpp"

namespace nmc {
namespace {

TEST(Xoshiro, DependsOnTheStreamAndTheGlobalRowAlone) {
  Streams streams{5, 7, 10, Purpose::cluster};
  Xoshiro a(streams, 3);
  streams.first_chain = 12;
  Xoshiro b(streams, 1), c(streams, 2), d(streams, 1, 1);
  const auto first = a.next();
  EXPECT_EQ(first, b.next());
  EXPECT_NE(first, c.next());
  EXPECT_NE(first, d.next());
}

// Eight counters of a binomial with n = 80000, p = 1/8, sigma = 93.5: six sigma on each side is
// passed wrongly once in 6e7 runs. The seed is fixed.
TEST(Xoshiro, BelowIsEven) {
  Xoshiro generator({1, 2, 0, Purpose::test}, 0);
  std::array<int, 8> counts{};
  for (int i = 0; i < 80000; ++i) ++counts[generator.below(8)];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 6 * 93.5);
}

TEST(Xoshiro, UniformLiesInTheUnitInterval) {
  Xoshiro generator({1, 3, 0, Purpose::test}, 0);
  double sum = 0;
  for (int i = 0; i < 10000; ++i) {
    const double u = generator.uniform();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
  }
  EXPECT_NEAR(sum / 10000, 0.5, 6 * 0.00289);  // sigma of the mean is 1 / sqrt(12 n)
}

}  // namespace
}  // namespace nmc
