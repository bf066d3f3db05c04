#include "core/optimise/lbfgs.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/errors.hpp"

namespace nmc {
namespace {

/// Rosenbrock's valley in pairs of variables: minimum 0 at 1.
double valley(std::span<const double> x, std::span<double> grad) {
  double f = 0;
  for (std::size_t i = 0; i < x.size(); i += 2) {
    const double across = x[i + 1] - x[i] * x[i], along = 1 - x[i];
    f += 100 * across * across + along * along;
    grad[i] = -400 * across * x[i] - 2 * along;
    grad[i + 1] = 200 * across;
  }
  return f;
}

std::vector<double> start() {
  return {-1.2, 1, 2, -3, 0.5, 0.1};
}

TEST(Lbfgs, FindsTheBottomOfACurvedValley) {
  Lbfgs minimiser(start(), {.change = 0});
  int steps = 0;
  while (minimiser.step(valley)) ++steps;
  EXPECT_LT(minimiser.value(), 1e-18);
  for (const double x : minimiser.x()) EXPECT_NEAR(x, 1, 1e-8);
  EXPECT_LT(steps, 100);
  EXPECT_LT(minimiser.evaluations(), 150);
}

TEST(Lbfgs, NeverGoesUp) {
  Lbfgs minimiser(start());
  double last = 1e300;
  while (minimiser.step(valley)) {
    EXPECT_LT(minimiser.value(), last);
    last = minimiser.value();
  }
}

TEST(Lbfgs, GoesOnFromItsStateBitForBit) {
  Lbfgs whole(start()), first(start()), second(start());
  for (int i = 0; i < 15; ++i) whole.step(valley);
  for (int i = 0; i < 7; ++i) first.step(valley);
  second.set_state(first.state());
  for (int i = 7; i < 15; ++i) second.step(valley);
  EXPECT_EQ(whole.x(), second.x());
  EXPECT_EQ(whole.value(), second.value());
  EXPECT_THROW(Lbfgs({0, 0}).set_state(first.state()), UserError);
}

}  // namespace
}  // namespace nmc
