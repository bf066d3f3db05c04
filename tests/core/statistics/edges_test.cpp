// What cannot be estimated is NaN, and a chain that never moves is counted.
#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "core/statistics/autocovariance.hpp"
#include "core/statistics/binning.hpp"
#include "core/statistics/ess.hpp"
#include "core/statistics/rhat.hpp"
#include "core/statistics/sokal.hpp"
#include "core/statistics/summary.hpp"
#include "tests/core/statistics/draws.hpp"

namespace nmc::statistics {
namespace {

/// Reproducible numbers without structure that matters here.
Chains irregular(Index draws, Index chains) {
  Chains x(draws, chains);
  for (Index i = 0; i < x.size(); ++i) x.data()[i] = std::sin(1.0 + 12.9898 * double(i * i));
  return x;
}

void expect_nothing_but_the_mean(const ChainSummary& s) {
  for (const double number : {s.error, s.tau_int, s.tau_int_error, s.rhat, s.rhat_bulk,
                              s.rhat_folded, s.ess_bulk, s.ess_tail, s.mcse_mean}) {
    EXPECT_TRUE(std::isnan(number)) << number;
  }
}

TEST(LaggedProducts, EqualTheDirectSums) {
  for (const Index n : {1, 2, 3, 7, 16, 101}) {
    const Chains x = irregular(n, 2);
    const Chains products = lagged_products(x);
    for (Index c = 0; c < 2; ++c) {
      for (Index t = 0; t < n; ++t) {
        const double direct = (x.col(c).head(n - t) * x.col(c).tail(n - t)).sum();
        // rounding of a transform: a few ulp of the largest product, Σ x²
        EXPECT_NEAR(products(t, c), direct, 1e-14 * static_cast<double>(n));
      }
    }
  }
}

TEST(ChainSummary, OfAConstantObservableHasAMeanAndNoError) {
  const ChainSummary summary = summarise(Chains::Constant(100, 4, 3.5));
  EXPECT_EQ(summary.mean, 3.5);
  EXPECT_EQ(summary.constant_chains, 4);
  expect_nothing_but_the_mean(summary);
}

TEST(ChainSummary, CountsDrawsThatAreNotFiniteAndGivesNoNumber) {
  Chains chains = irregular(100, 2);
  chains(7, 1) = not_a_number;
  chains(8, 1) = std::numeric_limits<double>::infinity();
  const ChainSummary summary = summarise(chains);
  EXPECT_EQ(summary.non_finite, 2);
  EXPECT_TRUE(std::isnan(summary.mean));
  expect_nothing_but_the_mean(summary);
}

TEST(ChainSummary, OfTooFewDrawsHasAMeanAndNoError) {
  for (const Index draws : {1, 2, 3}) {
    const Chains chains = irregular(draws, 3);
    const ChainSummary summary = summarise(chains);
    EXPECT_NEAR(summary.mean, chains.mean(), 1e-15);
    EXPECT_TRUE(std::isnan(summary.error));
    EXPECT_TRUE(std::isnan(summary.ess_bulk));
  }
  EXPECT_TRUE(std::isnan(summarise(Chains(0, 0)).mean));
}

TEST(Rhat, TakesValuesThatDifferByRoundingForOne) {
  // A zero that half of the chains store as 5e-31, and a rare value that is none.
  Chains x = Chains::Zero(400, 8);
  x.rightCols(4) += 5e-31;
  for (Index i = 0; i < x.size(); i += 7) x.data()[i] = 0.25;
  Chains clean = x;
  clean = (clean < 1e-20).select(Chains::Zero(400, 8), clean);
  EXPECT_EQ(rhat_bulk(x), rhat_bulk(clean));
  EXPECT_LT(rhat_bulk(x), 1.01);
}

TEST(Rhat, OfOneDrawPerChainIsNoNumber) {
  const Chains chains = irregular(1, 16);
  EXPECT_TRUE(std::isnan(rhat(chains)));
  EXPECT_TRUE(std::isnan(rhat_bulk(chains)));
  EXPECT_TRUE(std::isnan(rhat_folded(chains)));
}

TEST(ChainSummary, CountsAFrozenChainThatRhatOfTheMeanMisses) {
  Chains chains = irregular(1000, 4);
  chains.col(2).setConstant(chains.mean());
  const ChainSummary summary = summarise(chains);
  EXPECT_EQ(summary.constant_chains, 1);
  EXPECT_LT(summary.rhat_bulk, 1.02);
  EXPECT_GT(summary.rhat, 1.2);
  EXPECT_TRUE(std::isnan(sokal(chains).tau_int));
}

TEST(ChainSummary, OfSpinsIsComplete) {
  // of ±1, |x - median| is constant or one quantile splits nothing: the other one must do
  const Chains spins = irregular(1000, 4).sign();
  const ChainSummary summary = summarise(spins);
  EXPECT_EQ(summary.rhat, rhat(spins));
  EXPECT_LT(summary.rhat, 1.02);
  EXPECT_GT(summary.ess_tail, 500);
  EXPECT_NEAR(summary.error, std::sqrt(1.0 / 4000), 0.2 * std::sqrt(1.0 / 4000));
}

TEST(Rhat, IsInfiniteForChainsFrozenAtDifferentPlaces) {
  Chains chains(10, 2);
  chains.col(0).setConstant(1);
  chains.col(1).setConstant(2);
  EXPECT_TRUE(std::isinf(rhat(chains)));
}

TEST(GammaMethod, DoesNotCreditAnticorrelatedChains) {
  Chains chains = irregular(1000, 1);
  for (Index i = 0; i + 1 < chains.rows(); i += 2) chains(i + 1, 0) = -chains(i, 0);
  EXPECT_GE(summarise(chains).tau_int, 0.5);
}

/// x ← ρ x + √(1-ρ²) ξ.
Chains autoregression(double rho, Index draws, Index number, unsigned seed) {
  Chains chains = normal_draws(draws, number, seed);
  for (Index i = 1; i < chains.rows(); ++i)
    chains.row(i) = rho * chains.row(i - 1) + std::sqrt(1 - rho * rho) * chains.row(i);
  return chains;
}

TEST(GammaMethod, SaysWhereTheClampActs) {
  // τ_int = ½ (1 + ρ)/(1 - ρ); Geyer's sequence sees it below ½. Of ρ = -0.5 the bound, 20 %, is 4
  // of its errors. Of ρ = -0.9 the mean that is taken off shifts some forty terms by 1/4000 each.
  for (const auto& [rho, bound] : {std::pair(-0.5, 0.033), std::pair(-0.9, 0.015)}) {
    const ChainSummary summary = summarise(autoregression(rho, 4000, 4, 3));
    const double tau = 0.5 * (1 + rho) / (1 - rho);
    EXPECT_TRUE(summary.is_clamped);
    EXPECT_NEAR(summary.tau_int, 0.5, 1e-3);
    EXPECT_NEAR(summary.tau_geyer, tau, bound);
  }
  EXPECT_FALSE(summarise(autoregression(0.5, 4000, 4, 3)).is_clamped);
}

TEST(ChainSummary, ScalesWithTheDrawsWhereTheirSquaresWouldNot) {
  const Chains x = autoregression(0.8, 500, 4, 4) + 0.25;
  const ChainSummary right = summarise(x);
  for (const int exponent : {-1000, -540, -101, 101, 540, 1000}) {
    const Chains y = x.unaryExpr([&](double v) { return std::ldexp(v, exponent); });
    const ChainSummary found = summarise(y);
    // a power of two costs no digit
    EXPECT_EQ(found.mean, std::ldexp(right.mean, exponent));
    EXPECT_EQ(found.error, std::ldexp(right.error, exponent));
    EXPECT_EQ(found.mcse_mean, std::ldexp(right.mcse_mean, exponent));
    EXPECT_EQ(found.tau_int, right.tau_int);
    EXPECT_EQ(found.rhat, right.rhat);
    EXPECT_EQ(found.ess_bulk, right.ess_bulk);
    EXPECT_EQ(found.ess_tail, right.ess_tail);
    EXPECT_EQ(mcse_sd(y), std::ldexp(mcse_sd(x), exponent));
    EXPECT_EQ(rhat_plain(y), rhat_plain(x));
    EXPECT_EQ(ess_sd(y), ess_sd(x));
    EXPECT_EQ(sokal(y).tau_int, sokal(x).tau_int);
    EXPECT_EQ(binning(y)[1].error, std::ldexp(binning(x)[1].error, exponent));
  }
}

TEST(GammaMethod, FindsTheKnownTauOfAnAutoregression) {
  // x ← ρ x + √(1-ρ²) ξ has τ_int = ½ (1 + ρ)/(1 - ρ) = 4.5 at ρ = 0.8. The bound is 4 of its own
  // errors; the noise is fixed.
  const double rho = 0.8;
  const Chains chains = autoregression(rho, 20000, 8, 5);
  const ChainSummary summary = summarise(chains);
  EXPECT_NEAR(summary.tau_int, 4.5, 4 * summary.tau_int_error);
  EXPECT_LT(summary.tau_int_error, 0.2);
  EXPECT_TRUE(summary.window_found);
  EXPECT_NEAR(summary.ess_bulk, 160000 / 9.0, 0.1 * 160000 / 9.0);
  EXPECT_NEAR(summary.mcse_mean, summary.error, 0.1 * summary.error);
}

TEST(Binning, StopsBeforeTooFewBinsAreLeft) {
  const std::vector<BinningLevel> levels = binning(irregular(100, 1), 8);
  ASSERT_EQ(levels.size(), 4u);
  EXPECT_EQ(levels.back().bin, 8);
  EXPECT_EQ(levels.back().bins, 12);
  EXPECT_TRUE(binning(Chains::Ones(10, 1)).empty());
}

}  // namespace
}  // namespace nmc::statistics
