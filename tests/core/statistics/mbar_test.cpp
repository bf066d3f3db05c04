#include "core/statistics/mbar.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/statistics/integration.hpp"
#include "core/statistics/ladder_lnz.hpp"
#include "tests/core/statistics/draws.hpp"

namespace nmc::statistics {
namespace {

/// n independent units with energies 0 and 1: lnZ(β) = n ln(1 + e^{−β}), E binomial.
constexpr int units = 12;

double exact_lnZ(double beta) {
  return units * std::log1p(std::exp(-beta));
}

Column ladder_of_six() {
  return Column::LinSpaced(6, 0.0, 2.0);
}

Chains binomial_energies(double beta, Index draws, Index chains, unsigned seed) {
  std::mt19937_64 bits(seed);
  const double up = 1 / (1 + std::exp(beta));
  Chains energy = Chains::Zero(draws, chains);
  for (Index i = 0; i < energy.size(); ++i)
    for (int unit = 0; unit < units; ++unit)
      energy.data()[i] += static_cast<double>(bits() >> 11) * 0x1p-53 < up ? 1 : 0;
  return energy;
}

LadderEnergies toy_ladder(Index draws, Index chains, unsigned seed) {
  LadderEnergies ladder{ladder_of_six(), {}};
  for (Index k = 0; k < ladder.beta.size(); ++k)
    ladder.energy.push_back(
        binomial_energies(ladder.beta(k), draws, chains, 100 * seed + static_cast<unsigned>(k)));
  return ladder;
}

TEST(Mbar, SolvesItsSelfConsistentEquations) {
  // Three normals N(k, 1): ln q_k = −(x − k)²/2, of different numbers of draws.
  PooledDraws draws;
  draws.counts = Column(3);
  draws.counts << 400, 100, 250;
  draws.weight = Column::Ones(750);
  Column x(750);
  x << normal_draws(400, 1, 1).col(0), normal_draws(100, 1, 2).col(0) + 1,
      normal_draws(250, 1, 3).col(0) + 2;
  draws.log_density.resize(750, 3);
  for (Index k = 0; k < 3; ++k)
    draws.log_density.col(k) = -0.5 * (x - static_cast<double>(k)).square();
  const MbarResult result = mbar(draws);
  ASSERT_TRUE(result.converged);
  // all Z are equal; neighbours a standard deviation apart leave errors of about 0.07 here
  EXPECT_NEAR(result.lnZ(1), 0, 0.3);
  EXPECT_NEAR(result.lnZ(2), 0, 0.4);
  Column denominator = Column::Zero(750);
  for (Index k = 0; k < 3; ++k)
    denominator += draws.counts(k) * (draws.log_density.col(k) - result.lnZ(k)).exp();
  for (Index k = 0; k < 3; ++k)  // up to the common constant that lnZ_0 = 0 fixes
    EXPECT_NEAR((draws.log_density.col(k).exp() / denominator).sum(), std::exp(result.lnZ(k)),
                1e-12 * std::exp(result.lnZ(k)));
}

TEST(Mbar, OfTwoStatesIsBennettsAcceptanceRatio) {
  const Column x0 = normal_draws(300, 1, 4).col(0), x1 = normal_draws(500, 1, 5).col(0) + 0.7;
  const auto log_q1 = [](const Column& x) { return Column(0.4 - 0.5 * (x - 0.7).square()); };
  const auto log_q0 = [](const Column& x) { return Column(-0.5 * x.square()); };
  PooledDraws draws{Batch(800, 2), Column::Ones(800), Column(2)};
  draws.counts << 300, 500;
  Column x(800);
  x << x0, x1;
  draws.log_density << log_q0(x), log_q1(x);
  const double lnZ = mbar(draws).lnZ(1);
  // Bennett 1976: Σ_0 f(M + ΔU − C) = Σ_1 f(−M − ΔU + C), f Fermi's function, bisected here.
  const auto fermi = [](const Column& t) { return (1 / (1 + t.exp())).sum(); };
  const auto excess = [&](double c) {
    const double m = std::log(300.0 / 500);
    return fermi(m + log_q0(x0) - log_q1(x0) + c) - fermi(-m - log_q0(x1) + log_q1(x1) - c);
  };
  double low = -5, high = 5;
  while (high - low > 1e-13) (excess((low + high) / 2) > 0 ? low : high) = (low + high) / 2;
  EXPECT_NEAR(lnZ, (low + high) / 2, 1e-10);
}

TEST(Mbar, SaysThatStatesDoNotOverlap) {
  PooledDraws draws{Batch(20, 2), Column::Ones(20), Column::Constant(2, 10)};
  for (Index n = 0; n < 20; ++n) {
    draws.log_density(n, 0) = n < 10 ? 0 : -800;
    draws.log_density(n, 1) = n < 10 ? -800 : 0;
  }
  const MbarResult result = mbar(draws);
  EXPECT_FALSE(result.converged);
  EXPECT_TRUE(result.lnZ.isNaN().all());
}

TEST(HermiteIntegral, IsExactForQuinticsAndConvergesWithTheSixthPower) {
  const auto defect = [](Index nodes) {
    const Column x = Column::LinSpaced(nodes, 0.0, 2.0);
    const Integral integral = hermite_integral({x, x.sin(), x.cos(), -x.sin()});
    return std::abs(integral.value(nodes - 1) - (1 - std::cos(2.0)));
  };
  EXPECT_NEAR(std::log2(defect(5) / defect(9)), 6, 0.2);
  const Column x = Column::LinSpaced(3, 0.0, 2.0);
  const Integral fifth = hermite_integral({x, x.pow(5), 5 * x.pow(4), 20 * x.cube()});
  EXPECT_NEAR(fifth.value(2), 64.0 / 6, 1e-13);
  EXPECT_GT(fifth.rule_error(2), 0);
}

TEST(LadderLnZ, ErrorsCoverTheTruthOfBothRoutes) {
  // z² over independent ladders: means of 120 are χ²-distributed with a spread of √(2/120) = 0.13;
  // 40 blocks widen z by 1/39. A false alarm beyond 4 spreads: 1 in 16 000 for each route.
  constexpr unsigned ladders = 120;
  double integrated = 0, reweighted = 0;
  for (unsigned i = 0; i < ladders; ++i) {
    const LadderLnZ lnZ = ladder_lnZ(toy_ladder(200, 4, i + 1));
    const double exact = exact_lnZ(2) - exact_lnZ(0);
    integrated += std::pow((lnZ.integrated(5) - exact) / lnZ.integrated_error(5), 2) / ladders;
    reweighted += std::pow((lnZ.reweighted(5) - exact) / lnZ.reweighted_error(5), 2) / ladders;
  }
  EXPECT_NEAR(integrated, 1, 0.55);
  EXPECT_NEAR(reweighted, 1, 0.55);
}

TEST(LadderLnZ, BoundsHoldTheTruthAndEntropyCoversIt) {
  constexpr unsigned ladders = 120;
  const double lnZ = exact_lnZ(2) - exact_lnZ(0), step = 1e-4;
  const double energy = -(exact_lnZ(2 + step) - exact_lnZ(2 - step)) / (2 * step);
  double square = 0, lower = 0, upper = 0;
  for (unsigned i = 0; i < ladders; ++i) {
    const LadderLnZ found = ladder_lnZ(toy_ladder(200, 4, 1000 + i));
    EXPECT_LT(found.lower(5), lnZ + 4.5 * found.lower_error(5));
    EXPECT_GT(found.upper(5), lnZ - 4.5 * found.upper_error(5));
    lower += found.lower(5) / ladders;
    upper += found.upper(5) / ladders;
    square += std::pow((found.entropy(5) - lnZ - 2 * energy) / found.entropy_error(5), 2) / ladders;
  }
  EXPECT_LT(lower, lnZ);
  EXPECT_GT(upper, lnZ);
  EXPECT_NEAR(square, 1, 0.55);  // as of the two routes above
}

TEST(LadderLnZ, RuleErrorIsPartOfTheErrorOfACoarseLadder) {
  LadderEnergies ladder{Column(2), {}};
  ladder.beta << 0, 4;
  for (Index k = 0; k < 2; ++k)
    ladder.energy.push_back(
        binomial_energies(ladder.beta(k), 20000, 4, 7 + static_cast<unsigned>(k)));
  const LadderLnZ lnZ = ladder_lnZ(ladder);
  const double off = std::abs(lnZ.integrated(1) - (exact_lnZ(4) - exact_lnZ(0)));
  EXPECT_GT(off, 0.005);  // one interval of four units is too long for the rule …
  EXPECT_LT(off, lnZ.integrated_error(1));  // … and the error says so
}

TEST(LadderLnZ, OfBinnedDrawsIntegratesTheSameMeasurements) {
  const LadderEnergies single = toy_ladder(400, 4, 77);
  LadderEnergies binned{single.beta, {}, {}};
  for (const Chains& energy : single.energy) {
    binned.energy.emplace_back(40, 4);
    binned.square.emplace_back(40, 4);
    for (Index bin = 0; bin < 40; ++bin) {
      binned.energy.back().row(bin) = energy.middleRows(10 * bin, 10).colwise().mean();
      binned.square.back().row(bin) = energy.middleRows(10 * bin, 10).square().colwise().mean();
    }
  }
  const LadderLnZ a = ladder_lnZ(single), b = ladder_lnZ(binned);
  // only the curvature is another: it moves lnZ by less than the error of the rule
  EXPECT_NEAR(b.integrated(5), a.integrated(5), 0.2 * a.integrated_error(5));
  EXPECT_NEAR(b.integrated_error(5), a.integrated_error(5), 0.5 * a.integrated_error(5));
  EXPECT_TRUE(b.reweighted.isNaN().all());
}

TEST(LadderLnZ, OfBinnedEnergiesEqualsThatOfTheEnergiesThemselves) {
  LadderEnergies ladder{ladder_of_six(), {}};
  PooledDraws draws{Batch(6 * 2000, 6), Column::Ones(6 * 2000), Column::Constant(6, 2000)};
  for (Index k = 0; k < 6; ++k) {
    // N(−β, 1) has the density of e^{−βE} times N(0, 1): lnZ = β²/2
    ladder.energy.push_back(normal_draws(1000, 2, 20 + static_cast<unsigned>(k)) - ladder.beta(k));
    const Eigen::Map<const Column> energy(ladder.energy.back().data(), 2000);
    for (Index j = 0; j < 6; ++j)
      draws.log_density.col(j).segment(2000 * k, 2000) = -ladder.beta(j) * energy;
  }
  const LadderLnZ binned = ladder_lnZ(ladder);
  const MbarResult plain = mbar(draws);
  // 12 000 energies are more than the exact levels; a bin is 0.01 wide here. Weights by τ differ
  // from 1 where the chance has made τ > ½, which moves lnZ by a fraction of its error.
  EXPECT_LT((binned.reweighted - plain.lnZ).abs().maxCoeff(), 0.25 * binned.reweighted_error(5));
  EXPECT_NEAR(binned.reweighted(5), 2, 4 * binned.reweighted_error(5));
}

}  // namespace
}  // namespace nmc::statistics
