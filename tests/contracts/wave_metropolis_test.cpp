#include "samplers/wave/wave_metropolis.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "core/errors.hpp"
#include "models/wave/rbm_wave.hpp"
#include "tests/contracts/all_outcomes.hpp"
#include "tests/contracts/chain_classes.hpp"
#include "tests/contracts/frequencies.hpp"
#include "tests/support/message_of.hpp"

/// Moves over |ψ|² multiplied out over all states of four spins, and the steps of the class.
namespace nmc {
namespace {

constexpr Index kFourSpins = 4, kWaveStates = 16;

std::unique_ptr<RbmWave> wave_of(double width, bool is_even) {
  auto psi = RbmWave::random({kFourSpins, 3, false, is_even, {}}, width, 5);
  if (!is_even) psi->parameters()[1] = 0.3 * width;
  psi->parameters_changed();
  return psi;
}

Eigen::VectorXd density(const WaveFunction& psi) {
  return test::normalised(BornDensity(psi).log_density(test::all_configurations(kFourSpins)));
}

double acceptance_of(Column (*rule)(const Column&), double p) {
  return rule(Column::Constant(1, p))(0);
}

/// An attempt to go from every state to its image.
Eigen::MatrixXd attempt(const Eigen::VectorXd& pi, const std::vector<Index>& image,
                        Column (*rule)(const Column&)) {
  Eigen::MatrixXd P = Eigen::MatrixXd::Identity(kWaveStates, kWaveStates);
  for (Index s = 0; s < kWaveStates; ++s) {
    const Index to = image[static_cast<std::size_t>(s)];
    if (to == s) continue;
    P(s, to) = acceptance_of(rule, pi(to) / pi(s));
    P(s, s) = 1 - P(s, to);
  }
  return P;
}

std::vector<Index> images(Index mask, bool antiparallel_alone) {
  std::vector<Index> image;
  for (Index s = 0; s < kWaveStates; ++s) {
    const Index part = s & mask;
    const bool stays = antiparallel_alone && (part == 0 || part == mask);
    image.push_back(stays ? s : s ^ mask);
  }
  return image;
}

Eigen::MatrixXd step_matrix(const WaveFunction& psi, const WaveMoves& moves) {
  const Eigen::VectorXd pi = density(psi);
  Eigen::MatrixXd P = Eigen::MatrixXd::Identity(kWaveStates, kWaveStates);
  Eigen::MatrixXd exchange = Eigen::MatrixXd::Zero(kWaveStates, kWaveStates);
  for (Index i = 0; i < kFourSpins; ++i)
    for (Index j = 0; j < i; ++j)
      exchange += attempt(pi, images(Index{1} << i | Index{1} << j, true), flip_acceptance) / 6;
  for (Index i = 0; i < kFourSpins; ++i)
    P = (P *
         (moves.exchanges ? exchange : attempt(pi, images(Index{1} << i, false), flip_acceptance)))
            .eval();
  if (moves.inverts)
    P = (P * attempt(pi, images(kWaveStates - 1, false), inversion_acceptance)).eval();
  return P;
}

TEST(WaveMetropolis, LeavesTheSquareOfTheWaveFunctionInvariantAndReachesAllOfIt) {
  for (const double width : {0.0, 0.6})
    for (const bool is_even : {false, true})
      for (const bool inverts : {false, true}) {
        const auto psi = wave_of(width, is_even);
        const Eigen::MatrixXd P = step_matrix(*psi, {false, 0, inverts});
        EXPECT_LT(test::stationarity_defect(density(*psi), P), 1e-12);
        EXPECT_TRUE(test::classes_of(test::successors(P)).is_ergodic());
      }
}

TEST(WaveMetropolis, ExchangesReachEveryStateOfTheirMagnetisation) {
  for (const double width : {0.0, 0.6}) {
    const auto psi = wave_of(width, false);
    const Eigen::MatrixXd P = step_matrix(*psi, {true, 0, true});
    EXPECT_LT(test::stationarity_defect(density(*psi), P), 1e-12);
    std::vector<Index> sector;
    for (Index s = 0; s < kWaveStates; ++s)
      if (std::popcount(static_cast<unsigned>(s)) == 2) sector.push_back(s);
    Eigen::MatrixXd within(6, 6);
    for (Index a = 0; a < 6; ++a)
      for (Index b = 0; b < 6; ++b) within(a, b) = P(sector[a], sector[b]);
    EXPECT_LT((within.rowwise().sum().array() - 1).abs().maxCoeff(), 1e-14);
    EXPECT_TRUE(test::classes_of(test::successors(within)).is_ergodic());
  }
}

/// Chains that all start in one state: chi^2 of a step against its row of P, 1e-7 each. The pairs
/// of a step are the same for all chains: its number is drawn anew for each.
TEST(WaveMetropolis, StepsAreTheKernelOfTheEnumeration) {
  const auto psi = wave_of(0.6, false);
  for (const WaveMoves& moves :
       {WaveMoves{false, 0, true}, WaveMoves{false, 0, false}, WaveMoves{true, 0, true}}) {
    const WaveMetropolis sampler(*psi, moves);
    const Eigen::MatrixXd P = step_matrix(*psi, moves);
    for (Index from = 0; from < kWaveStates; ++from) {
      const Index kSteps = moves.exchanges ? 6000 : 400, kChains = moves.exchanges ? 1 : 50;
      Batch ends(kSteps * kChains, kFourSpins);
      for (Index k = 0; k < kSteps; ++k) {
        ChainState state;
        state.x = test::all_configurations(kFourSpins).row(from).replicate(kChains, 1);
        const Streams streams{3, static_cast<std::uint64_t>(from * kSteps + k + 1)};
        sampler.init(state, streams, kChains);
        (void)sampler.step(state, streams);
        ends.middleRows(k * kChains, kChains) = state.x;
        EXPECT_LT((state.log_p - BornDensity(*psi).log_density(state.x)).abs().maxCoeff(), 1e-12);
      }
      EXPECT_GT(test::agreement(test::counts(ends), P.row(from).transpose().array()), 1e-7)
          << "from " << from;
    }
  }
}

TEST(WaveMetropolis, StartsHaveTheirMagnetisationAndKeepIt) {
  const auto psi = RbmWave::random({7, 7, false, false, {}}, 0.3, 2);
  const WaveMetropolis sampler(*psi, {true, 3, false});
  ChainState state;
  sampler.init(state, {9, 0}, 33);
  EXPECT_TRUE((sum_sites(state.x) == 3).all());
  (void)sampler.steps(state, {9, 1}, 20);
  EXPECT_TRUE((sum_sites(state.x) == 3).all());
  EXPECT_TRUE((state.x.abs() == 1).all());
}

TEST(WaveMetropolis, ManyStepsAreTheSameAsOneAfterTheOther) {
  const auto psi = RbmWave::random({7, 7, true, false, {}}, 0.3, 2);
  const WaveMetropolis sampler(*psi, {});
  ChainState together, apart;
  sampler.init(together, {9, 0}, 11);
  apart = together;
  (void)sampler.steps(together, {9, 5}, 7);
  for (std::uint64_t k = 0; k < 7; ++k) (void)sampler.step(apart, {9, 5 + k});
  EXPECT_TRUE((together.x == apart.x).all());
}

TEST(WaveMetropolis, RefusesMagnetisationsThatThereAreNot) {
  const auto psi = RbmWave::random({7, 7, false, false, {}}, 0.3, 2);
  EXPECT_NE(message_of([&] {
              WaveMetropolis(*psi, {true, 0, true});
            }).find("7 spins"),
            std::string::npos);
  EXPECT_THROW(WaveMetropolis(*psi, {true, 1, true}), UserError);
  EXPECT_THROW(WaveMetropolis(*psi, {true, 7, false}), UserError);
}

}  // namespace
}  // namespace nmc
