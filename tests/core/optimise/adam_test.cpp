#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "core/errors.hpp"
#include "core/optimise/adam.hpp"

namespace nmc {
namespace {

constexpr std::size_t kParameters = 5;
constexpr std::array kStart = {0.5, -1.0, 2.0, 0.0, 3.0};
constexpr double kRate = 0.05;

std::vector<double> gradient(int step) {
  std::vector<double> grad(kParameters);
  for (std::size_t i = 0; i < kParameters; ++i) {
    const auto site = static_cast<double>(i);
    grad[i] =
        3 * (std::cos(0.7 * step + site) + 0.1 * site) * std::exp(-0.4 * step) + 1e-3 * (site - 2);
  }
  return grad;
}

std::vector<double> after(int steps, bool is_amsgrad) {
  Adam adam(kParameters, {.beta1 = 0.9, .beta2 = 0.99, .is_amsgrad = is_amsgrad});
  std::vector<double> p(kStart.begin(), kStart.end());
  for (int t = 0; t < steps; ++t) adam.step(p, gradient(t), kRate);
  return p;
}

// tests/data/adam_reference.py printed these (PyTorch 1.13, float64). 1e-12: twenty steps of size
// 0.05, each with a few roundings of 1e-16 relative.
constexpr std::array kTorchAdam = {0.21916951648564018, -1.0659382865662517, 2.3612236698755864,
                                   0.17087224991216912, 2.6855076102021411};
constexpr std::array kTorchAmsgrad = {0.22175191494985683, -1.0659781453647177, 2.3590372484106692,
                                      0.17062429884820493, 2.691936251246192};
constexpr double kRounding = 1e-12;

TEST(Adam, FollowsPyTorchForTwentySteps) {
  const auto p = after(20, false);
  for (std::size_t i = 0; i < kParameters; ++i) EXPECT_NEAR(p[i], kTorchAdam[i], kRounding);
}

TEST(Amsgrad, FollowsPyTorchForTwentySteps) {
  const auto p = after(20, true);
  for (std::size_t i = 0; i < kParameters; ++i) EXPECT_NEAR(p[i], kTorchAmsgrad[i], kRounding);
}

TEST(Adam, FirstStepHasTheLengthOfTheRateWhateverTheGradient) {
  const auto p = after(1, false);
  const auto grad = gradient(0);
  for (std::size_t i = 0; i < kParameters; ++i) {
    // m^/sqrt(v^) = sign(g) at t = 1; epsilon = 1e-8 against the smallest |g| of 0.03.
    EXPECT_NEAR(p[i], kStart[i] - std::copysign(kRate, grad[i]), kRate * 1e-8 / 0.03);
  }
}

TEST(Adam, HalfARunAndARestoredStateEqualAFullRunBitForBit) {
  for (const bool is_amsgrad : {false, true}) {
    const AdamOptions options{.beta1 = 0.9, .beta2 = 0.99, .is_amsgrad = is_amsgrad};
    Adam first(kParameters, options);
    std::vector<double> p(kStart.begin(), kStart.end());
    for (int t = 0; t < 9; ++t) first.step(p, gradient(t), kRate);
    Adam second(kParameters, options);
    second.set_state(first.state());
    for (int t = 9; t < 20; ++t) second.step(p, gradient(t), kRate);
    EXPECT_EQ(p, after(20, is_amsgrad));
  }
}

// Enough parameters for three threads, and a number that no two or three of them share equally.
TEST(Adam, TakesTheSameStepOnAnyNumberOfThreads) {
  constexpr std::size_t count = 3 * 4096 + 1;
  std::vector<double> grad(count), alone(count, 1.0);
  for (std::size_t i = 0; i < count; ++i) grad[i] = std::cos(0.7 * static_cast<double>(i)) + 2;
  Adam(count).step(alone, grad, kRate);
  for (const double moved : alone) EXPECT_LT(moved, 1);
  for (const int threads : {2, 3}) {
    std::vector<double> together(count, 1.0);
    Adam(count).step(together, grad, kRate, Threads(threads));
    EXPECT_EQ(together, alone) << threads;
  }
}

TEST(Adam, RefusesAStateOfAnotherSizeOrMethod) {
  Adam adam(kParameters);
  EXPECT_THROW(adam.set_state(Adam(kParameters + 1).state()), UserError);
  EXPECT_THROW(adam.set_state(Adam(kParameters, {.is_amsgrad = true}).state()), UserError);
}

TEST(Adam, RefusesADecayOutsideItsRange) {
  EXPECT_THROW(Adam(1, {.beta1 = 1.0}), UserError);
  EXPECT_THROW(Adam(1, {.beta2 = -0.1}), UserError);
}

}  // namespace
}  // namespace nmc
