#include "core/statistics/reweighting.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/core/statistics/draws.hpp"

namespace nmc::statistics {
namespace {

/// n independent units with energies 0 and 1: everything is known at every β.
constexpr int kUnits = 12;

double mean_energy(double beta) {
  return kUnits / (1 + std::exp(beta));
}

double variance_of_energy(double beta) {
  return mean_energy(beta) / (1 + std::exp(-beta));
}

double lnZ_of_units(double beta) {
  return kUnits * std::log1p(std::exp(-beta));
}

/// How draws follow each other.
struct Walk {
  Index draws = 500, chains = 4;
  int redrawn = kUnits;  ///< units that a step draws anew: all of them for independent draws
  Index repeats = 1;     ///< of every draw
};

/// Heat bath of the units one after the other: (draws × repeats, chains).
Chains unit_energies(double beta, const Walk& walk, unsigned seed) {
  std::mt19937_64 bits(seed);
  const double up = 1 / (1 + std::exp(beta));
  Chains energy(walk.draws * walk.repeats, walk.chains);
  for (Index chain = 0; chain < walk.chains; ++chain) {
    std::vector<int> unit(kUnits);
    std::size_t at = 0;
    const auto redraw = [&](int count) {
      for (int i = 0; i < count; ++i, at = (at + 1) % kUnits)
        unit[at] = static_cast<double>(bits() >> 11) * 0x1p-53 < up ? 1 : 0;
    };
    redraw(kUnits);
    for (Index draw = 0; draw < walk.draws; ++draw) {
      redraw(walk.redrawn);
      int sum = 0;
      for (const int u : unit) sum += u;
      energy.col(chain).segment(draw * walk.repeats, walk.repeats) = sum;
    }
  }
  return energy;
}

BoltzmannDraws units_at(const std::vector<double>& betas, const Walk& walk, unsigned seed) {
  BoltzmannDraws draws{Eigen::Map<const Column>(betas.data(), std::ssize(betas)), {}};
  for (std::size_t k = 0; k < betas.size(); ++k)
    draws.energy.push_back(unit_energies(betas[k], walk, 100 * seed + static_cast<unsigned>(k)));
  return draws;
}

/// E and E² as observables.
Reweighting reweighting_of(const BoltzmannDraws& draws) {
  Reweighting reweighting(draws);
  const auto energy = [&](Index k) { return draws.energy[static_cast<std::size_t>(k)]; };
  reweighting.add(energy);
  reweighting.add([&](Index k) { return Chains(energy(k).square()); });
  return reweighting;
}

double z_of(const ReweightedValue& found, double exact) {
  return (found.value - exact) / found.error;
}

Column variance_rows(const Reweighted& at) {
  return at.means.col(1) - at.means.col(0).square();
}

TEST(Reweighting, OfOneStateIsTheSingleHistogram) {
  const BoltzmannDraws draws = units_at({0.5}, {}, 1);
  const Chains& energy = draws.energy[0];
  const Reweighting reweighting = reweighting_of(draws);
  for (const double beta : {0.2, 0.5, 0.9}) {
    const Chains w = (-(beta - 0.5) * energy).exp();
    const Reweighted at = reweighting.at(beta);
    // Sums of 2000 terms in another order.
    EXPECT_NEAR(at.means(0, 0), (w * energy).sum() / w.sum(), 1e-12 * kUnits) << beta;
    EXPECT_NEAR(at.lnZ(0), std::log(w.mean()), 1e-12) << beta;
    const double kish = w.sum() * w.sum() / w.square().sum();
    const double share = reweighting.support(0.5).draws / static_cast<double>(energy.size());
    EXPECT_NEAR(reweighting.support(beta).draws, share * kish, 1e-9 * kish) << beta;
  }
}

TEST(Reweighting, ReachesExactValuesBetweenAndBesideTheStates) {
  const Reweighting reweighting = reweighting_of(units_at({0.0, 0.5, 1.1}, {4000, 4}, 2));
  for (const double beta : {-0.2, 0.0, 0.25, 0.5, 0.8, 1.1, 1.4}) {
    const Reweighted at = reweighting.at(beta);
    const double near = reweighting.beta()(reweighting.support(beta).nearest);
    // 21 numbers within 4.5 standard errors: a false alarm in 7000 seeds.
    EXPECT_LT(std::abs(z_of(jackknifed(at.means.col(0)), mean_energy(beta))), 4.5) << beta;
    EXPECT_LT(std::abs(z_of(jackknifed(variance_rows(at)), variance_of_energy(beta))), 4.5) << beta;
    if (beta != near) {
      const double exact = lnZ_of_units(beta) - lnZ_of_units(near);
      EXPECT_LT(std::abs(z_of(jackknifed(at.lnZ), exact)), 4.5) << beta;
    } else {
      EXPECT_EQ(at.lnZ.abs().maxCoeff(), 0) << beta;
    }
  }
}

/// Over seeds, the mean square of z of ⟨E⟩, of its variance and of lnZ at β, and how many lie
/// within one error bar.
struct Coverage {
  Column mean_square = Column::Zero(3), within = Column::Zero(3);
};

Coverage coverage_at(double beta, const std::vector<double>& betas, const Walk& walk) {
  constexpr unsigned kSeeds = 100;
  Coverage coverage;
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    const Reweighting reweighting = reweighting_of(units_at(betas, walk, 1000 + seed));
    const Reweighted at = reweighting.at(beta);
    const double near = reweighting.beta()(reweighting.support(beta).nearest);
    Column z(3);
    z << z_of(jackknifed(at.means.col(0)), mean_energy(beta)),
        z_of(jackknifed(variance_rows(at)), variance_of_energy(beta)),
        z_of(jackknifed(at.lnZ), lnZ_of_units(beta) - lnZ_of_units(near));
    coverage.mean_square += z.square() / kSeeds;
    coverage.within += (z.abs() < 1).cast<double>() / kSeeds;
  }
  return coverage;
}

// A mean square of 100 z is 1 ± 0.15 (t of some 25 blocks adds a tenth), and 0.68 ± 0.047 lie
// within one error bar: each bound is four standard deviations away, six numbers in a case, so that
// one case in 3000 seeds of the test gives a false alarm.
void expect_covered(const Coverage& coverage, const char* what) {
  for (Index i = 0; i < 3; ++i) {
    EXPECT_GT(coverage.mean_square(i), 0.45) << what << i;
    EXPECT_LT(coverage.mean_square(i), 1.75) << what << i;
    EXPECT_GT(coverage.within(i), 0.49) << what << i;
    EXPECT_LT(coverage.within(i), 0.87) << what << i;
  }
}

TEST(Reweighting, ErrorsCoverWhatTheyShould) {
  expect_covered(coverage_at(0.7, {0.5}, {500, 4}), "one state, independent draws: ");
  expect_covered(coverage_at(0.3, {0.0, 0.6}, {500, 4}), "between two, independent draws: ");
}

TEST(Reweighting, ErrorsOfCorrelatedDrawsCoverAsWell) {
  // One unit of twelve a step: τ = 6 draws.
  expect_covered(coverage_at(0.7, {0.5}, {3000, 4, 1}), "one state: ");
  expect_covered(coverage_at(0.3, {0.0, 0.6}, {3000, 4, 1}), "between two: ");
}

TEST(Reweighting, ErrorsCoverUpToTheEdgeOfReach) {
  // Normal energies of width 1 at β = 0, where ⟨E⟩ = −β, the variance is 1 and lnZ = β²/2; at the
  // farthest β that 2000 of them reach, of the samples that are not refused.
  constexpr unsigned kSeeds = 100;
  constexpr double kEdge = 0.64;
  Coverage coverage;
  int taken = 0;
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    const Reweighting reweighting =
        reweighting_of({Column::Zero(1), {normal_draws(500, 4, 2000 + seed)}});
    EXPECT_FALSE(reweighting.support(1.1 * kEdge).is_enough()) << seed;
    const double beta = kEdge - 0.14;
    if (!reweighting.support(beta).is_enough()) continue;
    ++taken;
    const Reweighted at = reweighting.at(beta);
    Column z(3);
    z << z_of(jackknifed(at.means.col(0)), -beta), z_of(jackknifed(variance_rows(at)), 1),
        z_of(jackknifed(at.lnZ), beta * beta / 2);
    coverage.mean_square += z.square();
    coverage.within += (z.abs() < 1).cast<double>();
  }
  EXPECT_GT(taken, 90);
  coverage.mean_square /= taken;
  coverage.within /= taken;
  expect_covered(coverage, "at the edge: ");
}

TEST(Reweighting, EndsSoonerWhereEnergiesAreSkewedTowardsTheOtherBeta) {
  // −E is gamma distributed with skewness 1 and width 1; the mirror image is skewed the other way.
  constexpr double kShape = 4;
  std::mt19937_64 bits(5);
  const auto uniform = [&] { return (static_cast<double>(bits() >> 11) + 0.5) / 0x1p53; };
  Chains gamma = Chains::Zero(5000, 4);
  for (int k = 0; k < static_cast<int>(kShape); ++k)
    for (Index i = 0; i < gamma.size(); ++i) gamma.data()[i] -= std::log(uniform());
  const Chains energy = (kShape - gamma) / std::sqrt(kShape);
  const auto share = [](const Chains& energies) {
    return Reweighting({Column::Zero(1), {energies}}).support(0.9);
  };
  EXPECT_LT(share(energy).beyond_normal, Support::kMostBeyondNormal);
  EXPECT_FALSE(share(energy).is_enough());
  EXPECT_TRUE(share(-energy).is_enough());
  EXPECT_TRUE(share(normal_draws(5000, 4, 9)).is_enough());
}

TEST(Reweighting, CountsRepeatedDrawsOnce) {
  const Walk once{2000, 4}, often{2000, 4, kUnits, 8};
  BoltzmannDraws plain = units_at({0.0, 0.6}, once, 3), repeated = plain;
  repeated.energy[1] = unit_energies(0.6, often, 301);
  ASSERT_EQ(repeated.energy[1].mean(), plain.energy[1].mean());
  const Reweighting of_plain = reweighting_of(plain), of_repeated = reweighting_of(repeated);
  const double beta = 0.3;
  // τ of repeated draws is 4 within some percent, so that the state has its weight back.
  EXPECT_NEAR(of_repeated.support(beta).draws / of_plain.support(beta).draws, 1, 0.1);
  const auto a = jackknifed(of_plain.at(beta).means.col(0));
  const auto b = jackknifed(of_repeated.at(beta).means.col(0));
  EXPECT_NEAR(a.value, b.value, 0.1 * a.error);
  EXPECT_NEAR(b.error / a.error, 1, 0.3);
}

TEST(Reweighting, SolvesStatesWhoseFreeEnergiesLieFarApart) {
  // Normal energies as of a large lattice: ln Z differs by 15 from state to state, and draws of the
  // first and the last share nothing.
  constexpr double kMean = -1500, kSigma = 90;
  BoltzmannDraws draws{Column::LinSpaced(7, 0.0, 0.06), {}};
  for (Index k = 0; k < 7; ++k)
    draws.energy.push_back(kMean - draws.beta(k) * kSigma * kSigma +
                           kSigma * normal_draws(1000, 4, 40 + static_cast<unsigned>(k)));
  ASSERT_EQ(linked_states(draws).size(), 1U);
  const Reweighting reweighting = reweighting_of(draws);
  for (const double beta : {0.0149, 0.035, 0.0551}) {
    const Reweighted at = reweighting.at(beta);
    const double near = reweighting.beta()(reweighting.support(beta).nearest);
    const double square = beta * beta - near * near;
    const double exact = -(beta - near) * kMean + square * kSigma * kSigma / 2;
    EXPECT_LT(std::abs(z_of(jackknifed(at.lnZ), exact)), 4.5) << beta;
    EXPECT_LT(std::abs(z_of(jackknifed(at.means.col(0)), kMean - beta * kSigma * kSigma)), 4.5);
  }
}

TEST(Reweighting, DoesNotCountOnEnergiesThatWereNotDrawn) {
  const Reweighting reweighting = reweighting_of(units_at({0.0}, {250, 4}, 4));
  EXPECT_EQ(reweighting.support(0.0).beyond, 0);
  EXPECT_EQ(reweighting.support(0.0).beyond_normal, 0);
  EXPECT_GT(reweighting.support(3.0).beyond_normal, 0.01);
  EXPECT_LT(reweighting.support(0.2).beyond, 0.02);
  // At β = 3 the mean energy is 0.57, where a thousand draws about 6 ± 1.7 have none.
  EXPECT_GT(reweighting.support(3.0).beyond, 0.05);
  EXPECT_LT(reweighting.support(3.0).draws, 20);
  // Sixty draws at the edge would do for a number of draws, and nothing is known beyond.
  BoltzmannDraws sharp{Column::Constant(1, 1.0), {Chains::Zero(1000, 4)}};
  for (Index i = 0; i < 60; ++i) sharp.energy[0].data()[61 * i] = 4;
  const Support hot = Reweighting(sharp).support(-1.0);
  EXPECT_GT(hot.draws, 50);
  EXPECT_GT(hot.beyond, 0.05);
  // Where nothing lies below, colder is no question.
  EXPECT_GT(Reweighting(sharp).support(3.0).beyond, 0.05);
  EXPECT_EQ(Reweighting(sharp, 0).support(3.0).beyond, 0);
}

TEST(Reweighting, LinksStatesThatShareDraws) {
  const auto linked = linked_states(units_at({0.6, 0.0, 0.3}, {250, 4}, 5));
  ASSERT_EQ(linked.size(), 1U);
  EXPECT_EQ(linked[0], (std::vector<Index>{1, 2, 0}));
  // Energies about 6 ± 1.7 and 0.03 ± 0.2.
  const auto apart = linked_states(units_at({0.0, 0.2, 6.0}, {250, 4}, 6));
  ASSERT_EQ(apart.size(), 2U);
  EXPECT_EQ(apart[0], (std::vector<Index>{0, 1}));
  EXPECT_EQ(apart[1], (std::vector<Index>{2}));
}

TEST(Reweighting, CutsBlocksOfChainsOfAnyShape) {
  BoltzmannDraws draws = units_at({0.0, 0.3}, {400, 64}, 7);
  draws.energy[1] = unit_energies(0.3, {7000, 1, 1}, 8);
  const Reweighting reweighting = reweighting_of(draws);
  EXPECT_GE(reweighting.blocks(), 10);
  EXPECT_GT(reweighting.block_length(), 10);
  EXPECT_LT(std::abs(z_of(jackknifed(reweighting.at(0.15).means.col(0)), mean_energy(0.15))), 4.5);
}

}  // namespace
}  // namespace nmc::statistics
