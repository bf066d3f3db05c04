#include "core/statistics/ranks.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "core/statistics/autocorrelation.hpp"

namespace nmc::statistics {
namespace {

/// x(t) = a x(t - 1) + noise, with noise of a fixed generator.
Chains chains_of_ar1(Index draws, Index chains, double a) {
  Chains x(draws, chains);
  std::uint64_t state = 12345;
  const auto noise = [&state] {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state >> 11U) * 0x1p-53 - 0.5;
  };
  for (Index chain = 0; chain < chains; ++chain) {
    double last = 0;
    for (Index draw = 0; draw < draws; ++draw) {
      double sum = 0;
      for (int i = 0; i < 4; ++i) sum += noise();
      last = a * last + sum;
      x(draw, chain) = last;
    }
  }
  return x;
}

TEST(RankShares, SumUpToTheirPartInEveryChainAndEveryBin) {
  const Chains x = chains_of_ar1(997, 3, 0.5);
  const Chains shares = rank_shares(x, 20);
  for (Index chain = 0; chain < 3; ++chain) EXPECT_NEAR(shares.col(chain).mean(), 1, 1e-12);
  for (Index bin = 0; bin < 20; ++bin) EXPECT_NEAR(shares.row(bin).mean(), 1, 1e-9);
}

TEST(RankShares, EqualDrawsShareTheirRanks) {
  Chains x(100, 2);  // two values, as often in either chain
  for (Index i = 0; i < 100; ++i) x.row(i).setConstant(i % 2);
  EXPECT_LT((rank_shares(x, 20) - 1).abs().maxCoeff(), 1e-9);
  x += Chains::Constant(100, 2, 1e6);
  x.col(0) += 1e-12;  // lost in rounding
  EXPECT_LT((rank_shares(x, 20) - 1).abs().maxCoeff(), 1e-9);
}

TEST(RankShares, ShowAChainThatLiesApart) {
  Chains x = chains_of_ar1(1000, 4, 0);
  x.col(2) += 100;
  const Chains shares = rank_shares(x, 20);
  EXPECT_NEAR(shares(19, 2), 4, 1e-9);  // the upper quarter is its own
  EXPECT_NEAR(shares(0, 2), 0, 1e-12);
}

TEST(Autocorrelation, IsThatOfAnAutoregressionWithinItsErrors) {
  const double a = 0.7;
  const Autocorrelation found = normalised_autocorrelation(chains_of_ar1(4000, 16, a));
  ASSERT_GT(found.rho.size(), found.window);
  EXPECT_EQ(found.rho[0], 1);
  EXPECT_NEAR(found.error[0], 0, 1e-12);
  for (Index t = 1; t < 8; ++t)
    EXPECT_NEAR(found.rho[t], std::pow(a, static_cast<double>(t)), 4 * found.error[t]) << t;
  // Bartlett's error of ρ(1) of an AR(1), exact: sqrt((1 - a²)/N)
  EXPECT_NEAR(found.error[1], std::sqrt((1 - a * a) / 64000), 0.1 * found.error[1]);
}

TEST(Autocorrelation, IsEmptyWhereNothingIsKnown) {
  EXPECT_EQ(normalised_autocorrelation(Chains::Constant(100, 2, 3.0)).rho.size(), 0);
  EXPECT_EQ(normalised_autocorrelation(Chains(0, 2)).rho.size(), 0);
  EXPECT_EQ(normalised_autocorrelation(chains_of_ar1(3, 1, 0)).rho.size(), 0);
}

}  // namespace
}  // namespace nmc::statistics
