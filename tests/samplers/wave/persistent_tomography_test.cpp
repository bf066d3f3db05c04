#include "models/wave/persistent_tomography.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models/wave/rbm_wave.hpp"
#include "models/wave/shots_likelihood.hpp"
#include "samplers/wave/wave_metropolis.hpp"

namespace nmc {
namespace {

/// Shots of five qubits along Z that are likely the same as their neighbours.
Shots chain_shots() {
  Shots shots(5);
  for (std::uint64_t k = 0; k < 32; ++k) {
    const auto walls = __builtin_popcountll((k ^ (k >> 1)) & 0xFU);
    shots.add("ZZZZZ", k, std::round(1000 * std::pow(0.3, walls)));
  }
  return shots;
}

struct Fit {
  explicit Fit(const Threads& threads)
      : psi(RbmWave::random({5, 4}, 0.1, 3)),
        sampler(*psi, {}),
        tomography({*psi, sampler, threads}, chain_shots(), {256, 2, {0.03, 400}, 1}) {}
  std::unique_ptr<RbmWave> psi;
  WaveMetropolis sampler;
  PersistentTomography tomography;
};

// Down to the entropy of the shots, as their exact likelihood says: seeded.
TEST(PersistentTomography, LowersTheExactNll) {
  const Threads threads;
  Fit fit(threads);
  const ShotsLikelihood exact(chain_shots());
  const Shots shots = chain_shots();
  double entropy = 0;
  for (const auto& [outcome, count] : shots.bases().front().counts)
    entropy -= count / shots.total() * std::log(count / shots.total());
  const double before = exact.nll(whole_state(*fit.psi)) - entropy;
  for (int k = 0; k < 400; ++k) fit.tomography.step();
  EXPECT_LT(exact.nll(whole_state(*fit.psi)) - entropy, 0.02);
  EXPECT_GT(before, 0.5);
}

TEST(PersistentTomography, GoesOnBitForBitOnAnyNumberOfThreads) {
  const Threads one(1), two(2);
  Fit whole(one), half(two), rest(two);
  for (int k = 0; k < 8; ++k) whole.tomography.step();
  for (int k = 0; k < 4; ++k) half.tomography.step();
  rest.tomography.set_state(half.tomography.state());
  for (int k = 0; k < 4; ++k) rest.tomography.step();
  EXPECT_EQ(whole.tomography.state(), rest.tomography.state());
}

}  // namespace
}  // namespace nmc
