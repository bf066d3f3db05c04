#include "core/optimise/classifier.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace nmc {
namespace {

TEST(Classifier, GradientIsThatOfTheCrossEntropy) {
  for (const Index hidden : {Index{0}, Index{3}}) {
    Classifier classifier(4, hidden, {.seed = 1, .purpose = Purpose::weights});
    Batch x(7, 4);
    fill_normal({.seed = 2}, x);
    Column labels(7);
    labels << 1, 0, 0, 1, 1, 0, 1;
    const std::span<double> parameters = classifier.parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i] += 0.1 * std::sin(i + 1.0);
    std::vector<double> grad(parameters.size()), unused(parameters.size());
    const Column p = classifier.probability(x);
    EXPECT_NEAR(classifier.gradient(x, labels, grad),
                -(labels * p.log() + (1 - labels) * (1 - p).log()).mean(), 1e-12);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      constexpr double h = 1e-5;
      const double at = parameters[i];
      parameters[i] = at + h;
      const double above = classifier.gradient(x, labels, unused);
      parameters[i] = at - h;
      const double below = classifier.gradient(x, labels, unused);
      parameters[i] = at;
      EXPECT_NEAR(grad[i], (above - below) / (2 * h), 1e-9) << hidden << " " << i;
    }
  }
}

// Exclusive or, which no linear function tells.
TEST(Classifier, HiddenUnitsTellWhatARegressionCannot) {
  Batch x(4, 2);
  x << 1, 1, 1, -1, -1, 1, -1, -1;
  Column labels(4);
  labels << 0, 1, 1, 0;
  Classifier network(2, 4, {.seed = 1, .purpose = Purpose::weights});
  Classifier regression(2, 0, {.seed = 1, .purpose = Purpose::weights});
  for (int step = 0; step < 500; ++step) {
    network.step(x, labels, 0.05);
    regression.step(x, labels, 0.05);
  }
  EXPECT_LT((network.probability(x) - labels).abs().maxCoeff(), 0.1);
  EXPECT_NEAR((regression.probability(x) - 0.5).abs().maxCoeff(), 0, 1e-3);
}

}  // namespace
}  // namespace nmc
