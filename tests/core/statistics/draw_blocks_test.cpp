#include "core/statistics/draw_blocks.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random/streams.hpp"
#include "core/statistics/gamma_method.hpp"
#include "tests/core/statistics/draws.hpp"

namespace nmc::statistics {
namespace {

// AR(1) chains of mean 5, unit variance and tau_int = (1 + a) / 2 (1 - a).
Chains correlated_draws(double a, Index draws, Index chains) {
  Chains x = normal_draws(draws, chains, 7);
  for (Index t = 1; t < draws; ++t) x.row(t) = a * x.row(t - 1) + std::sqrt(1 - a * a) * x.row(t);
  return x + 5;
}

DrawBlocks in_pieces(const Chains& x, Index most_blocks, Index piece) {
  DrawBlocks blocks(x.cols(), most_blocks);
  for (Index first = 0; first < x.rows(); first += piece)
    blocks.add(x.middleRows(first, std::min(piece, x.rows() - first)));
  return blocks;
}

TEST(DrawBlocks, OfOneDrawEachGiveTheSummaryOfTheDraws) {
  const Chains x = correlated_draws(0.5, 500, 4);
  const ChainSummary of_blocks = in_pieces(x, 512, 33).summary(), exact = summarise(x);
  EXPECT_EQ(of_blocks.error, exact.error);
  EXPECT_EQ(of_blocks.tau_int, exact.tau_int);
  EXPECT_EQ(of_blocks.ess_bulk, exact.ess_bulk);
}

TEST(DrawBlocks, TakeDrawsOfAnySize) {
  const Chains x = correlated_draws(0.5, 5000, 3);
  const ChainSummary right = in_pieces(x, 128, 500).summary();
  for (const int exponent : {-1000, -520, 300, 520, 1000}) {
    const Chains scaled = x.unaryExpr([=](double value) { return std::ldexp(value, exponent); });
    const ChainSummary found = in_pieces(scaled, 128, 500).summary();
    EXPECT_NEAR(found.tau_int, right.tau_int, 1e-9) << exponent;
    EXPECT_NEAR(std::ldexp(found.mean, -exponent), right.mean, 1e-12) << exponent;
    EXPECT_NEAR(std::ldexp(found.error, -exponent), right.error, 1e-12) << exponent;
    EXPECT_EQ(found.constant_chains, 0) << exponent;
  }
  // Small ones first, as of a start: what follows decides.
  Chains grown = x;
  grown.topRows(100) *= 1e-200;
  Chains zeros = x;
  zeros.topRows(100).setZero();
  EXPECT_NEAR(in_pieces(grown, 128, 100).summary().tau_int,
              in_pieces(zeros, 128, 100).summary().tau_int, 1e-9);
}

TEST(DrawBlocks, DoNotDependOnThePiecesBeyondRounding) {
  const Chains x = correlated_draws(0.9, 5000, 3);
  const DrawBlocks one = in_pieces(x, 128, 5000), other = in_pieces(x, 128, 7);
  EXPECT_EQ(one.length(), other.length());
  EXPECT_LT((one.means() - other.means()).abs().maxCoeff(), 1e-12);
  EXPECT_TRUE((one.first_draws() == other.first_draws()).all());
  EXPECT_NEAR(one.variance(), other.variance(), 1e-12);
}

TEST(DrawBlocks, HoldTheMeansOfTheirDraws) {
  const Chains x = correlated_draws(0.9, 1000, 2);
  const DrawBlocks blocks = in_pieces(x, 64, 100);
  ASSERT_EQ(blocks.length(), 16);
  const Chains means = blocks.means();
  ASSERT_EQ(means.rows(), 62);  // of whole blocks
  for (Index b = 0; b < means.rows(); ++b) {
    EXPECT_NEAR(means(b, 1), x.col(1).segment(16 * b, 16).mean(), 1e-13);
    EXPECT_EQ(blocks.first_draws()(b, 1), x(16 * b, 1));
  }
  EXPECT_NEAR(blocks.mean(), x.mean(), 1e-13);
  EXPECT_NEAR(blocks.variance(), (x - x.mean()).square().mean(), 1e-12);
}

// Errors of tau of one part in sqrt(N / W): 2e5 draws and windows of some 10 blocks.
TEST(DrawBlocks, HaveTheErrorAndTauOfTheDraws) {
  for (const double a : {0.0, 0.8, 0.98}) {
    const Chains x = correlated_draws(a, 1 << 16, 4);
    const DrawBlocks blocks = in_pieces(x, 1024, 1000);
    ASSERT_GT(blocks.length(), 1);
    const ChainSummary s = blocks.summary();
    const GammaResult exact = gamma_method(x);
    const double tau = 0.5 * (1 + a) / (1 - a);
    EXPECT_NEAR(s.mean, exact.mean, 1e-12);
    EXPECT_NEAR(s.tau_int, tau, 4 * s.tau_int_error + 1e-12) << a;
    EXPECT_NEAR(s.error, exact.error, 0.15 * exact.error) << a;
    EXPECT_LT(s.rhat, 1.02);
  }
}

TEST(DrawBlocks, CountWhatIsNotFiniteAndWhatNeverMoves) {
  Chains x = correlated_draws(0.1, 400, 4);
  x.col(2).setConstant(3);
  EXPECT_EQ(in_pieces(x, 8, 400).summary().constant_chains, 1);
  x(17, 1) = std::nan("");
  const ChainSummary s = in_pieces(x, 8, 400).summary();
  EXPECT_EQ(s.non_finite, 1);
  EXPECT_TRUE(std::isnan(s.mean));
  EXPECT_EQ(s.draws, 400);
}

}  // namespace
}  // namespace nmc::statistics
