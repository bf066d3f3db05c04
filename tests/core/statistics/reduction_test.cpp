#include "core/statistics/reduction.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "core/statistics/draw_bins.hpp"
#include "core/statistics/gamma_method.hpp"
#include "tests/core/statistics/draws.hpp"

namespace nmc::statistics {
namespace {

/// Variates with mean 0 and an observable 3 + Σ c_k g_k + noise, independent draws or slow ones.
struct Made {
  Chains f;
  Variates variates;
};

Made made(unsigned seed, Index bins, Index chains, double memory) {
  constexpr Index kVariates = 4;
  const Chains fresh_numbers = normal_draws((bins + 1) * (kVariates + 1), chains, seed);
  Made result{Chains::Zero(bins, chains), {}};
  result.variates.values.assign(kVariates, Chains(bins, chains));
  const double fresh = std::sqrt(1 - memory * memory);
  for (Index chain = 0; chain < chains; ++chain) {
    const double* next = fresh_numbers.col(chain).data();
    std::array<double, kVariates + 1> state{};
    for (double& one : state) one = *next++;
    for (Index bin = 0; bin < bins; ++bin) {
      for (double& one : state) one = memory * one + fresh * *next++;
      double f = 3 + 0.5 * state[kVariates];
      for (Index k = 0; k < kVariates; ++k) {
        const double g = state[static_cast<std::size_t>(k)];
        result.variates.values[static_cast<std::size_t>(k)](bin, chain) = g * 1e-3;
        f += g;
      }
      result.f(bin, chain) = f;
    }
  }
  return result;
}

TEST(Reduction, TakesAwayWhatTheVariatesExplain) {
  const Made x = made(1, 1000, 8, 0);
  const Chains r = reduced(x.f, x.variates, 0.5);
  const double ratio = gamma_method(x.f).variance / gamma_method(r).variance;
  EXPECT_NEAR(ratio, 17, 1.5);  // (4 + 1/4) / (1/4)
  const GammaResult mean = gamma_method(r);
  EXPECT_NEAR(mean.mean, 3, 4 * mean.error);
}

TEST(Reduction, TakesOneChainInHalves) {
  const Made x = made(2, 4000, 1, 0.8);
  const Chains r = reduced(x.f, x.variates, 4.5);
  const GammaResult plain = gamma_method(x.f), less = gamma_method(r);
  EXPECT_GT(std::pow(plain.error / less.error, 2), 8);
  EXPECT_NEAR(less.mean, 3, 4 * less.error);
}

// The mean over 200 repeats is that of the draws, and error bars of one sigma hold it in 68 %, of
// which 200 repeats leave 58 … 78 % in 99.7 %: also where there are hardly more draws than
// coefficients need.
TEST(Reduction, IsUnbiasedAndItsErrorBarsHoldTheMean) {
  for (const Index bins : {Index{20}, Index{200}}) {
    int inside = 0;
    double sum = 0, squares = 0;
    constexpr int kRepeats = 200;
    for (unsigned seed = 0; seed < kRepeats; ++seed) {
      const Made x = made(100 + seed, bins, 4, 0);
      const GammaResult mean = gamma_method(reduced(x.f, x.variates, 0.5));
      const double off = mean.mean - 3;
      inside += std::abs(off) < mean.error ? 1 : 0;
      sum += off;
      squares += off * off;
    }
    EXPECT_LT(std::abs(sum), 4 * std::sqrt(squares)) << bins;
    EXPECT_GT(inside, 0.58 * kRepeats) << bins;
    EXPECT_LT(inside, 0.78 * kRepeats) << bins;
  }
}

// f = x² and g = x of a normal x: the best coefficient is 0, and one that was fitted to the same
// draws follows their skewness, by which the mean is off by −2 / n to leading order.
TEST(Reduction, WouldBeBiasedWithCoefficientsOfTheSameDraws) {
  double crossed = 0, crossed2 = 0, same = 0, same2 = 0;
  for (unsigned repeat = 0; repeat < 4000; ++repeat) {
    const Chains x = normal_draws(30, 2, 1000 + repeat);
    const Chains f = x.square(), g = x;
    const double c = ((f - f.mean()) * (g - g.mean())).sum() / (g - g.mean()).square().sum();
    const double of_same = f.mean() - c * g.mean() - 1;
    const double of_halves = reduced(f, {1, {g}}, 0.5).mean() - 1;
    same += of_same;
    same2 += of_same * of_same;
    crossed += of_halves;
    crossed2 += of_halves * of_halves;
  }
  EXPECT_LT(std::abs(crossed), 3.5 * std::sqrt(crossed2));
  EXPECT_GT(std::abs(same), 5 * std::sqrt(same2));
}

TEST(Reduction, IsRefusedBelowFiftyIndependentDraws) {
  const Made x = made(3, 40, 8, 0);
  EXPECT_GT(reduced(x.f, x.variates, 0.5).size(), 0);  // 320
  EXPECT_GT(reduced(x.f, x.variates, 3.1).size(), 0);  // 51.6
  EXPECT_EQ(reduced(x.f, x.variates, 3.3).size(), 0);  // 48.5
  EXPECT_EQ(reduced(x.f, x.variates, not_a_number).size(), 0);
  EXPECT_EQ(reduced(x.f, {}, 0.5).size(), 0);
}

TEST(DrawBins, DoubleWhenTheyAreFull) {
  const DrawBins bins{4};
  for (const auto& [draws, length] : std::vector<std::pair<Index, Index>>{
           {1, 1}, {4, 1}, {5, 2}, {8, 2}, {9, 4}, {16, 4}, {17, 8}, {1000, 256}})
    EXPECT_EQ(bins.length(draws), length) << draws;
  EXPECT_EQ(bins.begun(9), 3);
  EXPECT_EQ(bins.full(9), 2);
  EXPECT_TRUE(bins.doubles_at(4));
  EXPECT_FALSE(bins.doubles_at(5));
  EXPECT_FALSE(bins.doubles_at(0));
}

}  // namespace
}  // namespace nmc::statistics
