#include "models/wave/met_states.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/errors.hpp"
#include "models/wave/phased_wave.hpp"
#include "models/wave/rbm_wave.hpp"
#include "models/wave/shots_likelihood.hpp"

namespace nmc {
namespace {

std::unique_ptr<PhasedWave> some_phased(Index sites) {
  auto psi = std::make_unique<PhasedWave>(RbmWave::random({sites, 3}, 0.5, 1),
                                          RbmWave::random({sites, 3}, 0.7, 2));
  psi->parameters()[0] = 0.3;
  psi->parameters_changed();
  return psi;
}

Shots shots_of_four() {
  Shots shots(4);
  for (const char* basis : {"ZZZZ", "XZZY", "YXXZ", "XYYX"})
    for (std::uint64_t k = 0; k < 16; k += 3)
      shots.add(basis, k, static_cast<double>(1 + (3 * k) % 5));
  return shots;
}

// With the sum over all states added it is the likelihood that knows them all.
TEST(MetStates, AreTheLikelihoodWithoutItsNormalisation) {
  const auto psi = some_phased(4);
  const MetStates met(shots_of_four());
  const LogPsi here = psi->log_psi(met.spins());
  const Eigen::VectorXcd whole = whole_state(*psi);
  Batch first = Batch::Ones(1, 4);
  // whole_state() is over its largest size.
  const double scale = psi->log_psi(first).log_abs(0) - std::log(std::abs(whole(0)));
  EXPECT_NEAR(
      met.log_probability(here, nullptr),
      std::log(whole.squaredNorm()) + 2 * scale - ShotsLikelihood(shots_of_four()).nll(whole),
      1e-12);
}

TEST(MetStates, HaveTheDerivativesOfDifferences) {
  const auto psi = some_phased(4);
  const MetStates met(shots_of_four());
  LogPsi here = psi->log_psi(met.spins());
  StateWeights found;
  (void)met.log_probability(here, &found);
  constexpr double kStep = 1e-5;
  const auto slope = [&](double& number) {
    const double at = number;
    number = at + kStep;
    const double above = met.log_probability(here, nullptr);
    number = at - kStep;
    const double below = met.log_probability(here, nullptr);
    number = at;
    return (above - below) / (2 * kStep);
  };
  for (Index k = 0; k < met.spins().rows(); ++k) {
    EXPECT_NEAR(found.of_abs(k), slope(here.log_abs(k)), 1e-8);
    EXPECT_NEAR(found.of_phase(k), slope(here.phase(k)), 1e-8);
  }
}

// Amplitudes of e^±2000 would leave the range of a double.
TEST(MetStates, KnowNoOverflow) {
  const MetStates met(shots_of_four());
  const LogPsi low = some_phased(4)->log_psi(met.spins());
  const LogPsi high{low.log_abs + 2000, low.phase};
  EXPECT_NEAR(met.log_probability(high, nullptr), met.log_probability(low, nullptr) + 4000, 1e-9);
}

TEST(MetStates, AreNoMoreThanTenMillion) {
  Shots shots(30);
  shots.add(std::string(30, 'X'), 0, 1);
  EXPECT_THROW(MetStates{shots}, UserError);
  EXPECT_THROW(MetStates{Shots(3)}, UserError);
}

}  // namespace
}  // namespace nmc
