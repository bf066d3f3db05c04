#include <gtest/gtest.h>

#include <cmath>

#include "models/generators/generator_training.hpp"

/// Generators against critics, and the discrepancy that judges them.
namespace nmc {
namespace {

Batch normal_rows(Index rows, std::uint64_t seed) {
  Batch x(rows, 2);
  fill_normal({.seed = seed}, x);
  return x;
}

const GaussianKernel kTwoWidths{{0.5, 2}};

double kernel_of(const Batch& x, Index i, const Batch& y, Index j) {
  const double square = (x.row(i) - y.row(j)).square().sum();
  return 0.5 * (std::exp(-square) + std::exp(-square / 4));
}

TEST(MeanDiscrepancy, IsItsSumsOverPairs) {
  const Batch x = normal_rows(4, 1), y = normal_rows(3, 2);
  double expected = 0;
  for (Index i = 0; i < 4; ++i)
    for (Index j = 0; j < 4; ++j)
      if (i != j) expected += kernel_of(x, i, x, j) / 12;
  for (Index i = 0; i < 3; ++i)
    for (Index j = 0; j < 3; ++j)
      if (i != j) expected += kernel_of(y, i, y, j) / 6;
  for (Index i = 0; i < 4; ++i)
    for (Index j = 0; j < 3; ++j) expected -= kernel_of(x, i, y, j) / 6;
  EXPECT_NEAR(mean_discrepancy(kTwoWidths, x, y), expected, 1e-15);
}

TEST(MeanDiscrepancy, HasTheGradientOfItsDraws) {
  Batch x = normal_rows(4, 1), by_x;
  const Batch y = normal_rows(5, 2);
  (void)mean_discrepancy(kTwoWidths, x, y, &by_x);
  constexpr double kStep = 1e-5;
  for (Index i = 0; i < x.rows(); ++i)
    for (Index d = 0; d < 2; ++d) {
      const double at = x(i, d);
      x(i, d) = at + kStep;
      const double above = mean_discrepancy(kTwoWidths, x, y);
      x(i, d) = at - kStep;
      const double below = mean_discrepancy(kTwoWidths, x, y);
      x(i, d) = at;
      EXPECT_NEAR(by_x(i, d), (above - below) / (2 * kStep), 1e-9);
    }
}

/// Of rows on a ring.
Batch ring(Index rows) {
  Batch x = normal_rows(rows, 7);
  const Column radius = x.square().rowwise().sum().sqrt();
  return x.colwise() / radius;
}

GanTraining training_on(const Batch& x, Index critic_hidden) {
  const Standard standard = standard_of(x);
  GeneratorTrainingOptions options;
  options.batch = 64;
  options.schedule = {.rate = 0.01, .steps = 200};
  Critic critic{critic_hidden, {{0.1, 0.5, 1}}};
  return {PushForward({2, 2, 16}, standard, 1), x, critic, options};
}

/// Of standardised draws from standardised rows.
double distance(const GanTraining& training, const Batch& x) {
  return mean_discrepancy({{0.1, 0.5, 1}}, training.generator().draw({.seed = 9}, 300).y,
                          standardised(training.generator().standard(), x));
}

// A tenth of what it was is left after 200 steps with either critic: seeded.
TEST(GanTraining, ComesNearerWithBothCritics) {
  const Batch x = ring(300);
  for (const Index hidden : {0, 32}) {
    GanTraining training = training_on(x, hidden);
    const double before = distance(training, x);
    for (int k = 0; k < 200; ++k) training.step();
    EXPECT_LT(distance(training, x), 0.3 * before) << hidden;
  }
}

TEST(GanTraining, GoesOnBitForBit) {
  const Batch x = ring(100);
  for (const Index hidden : {0, 8}) {
    GanTraining whole = training_on(x, hidden), half = training_on(x, hidden),
                rest = training_on(x, hidden);
    for (int k = 0; k < 6; ++k) whole.step();
    for (int k = 0; k < 3; ++k) half.step();
    rest.set_state(half.state());
    for (int k = 0; k < 3; ++k) rest.step();
    EXPECT_EQ(whole.state(), rest.state());
  }
}

}  // namespace
}  // namespace nmc
