#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/training/batch_quality.hpp"

namespace nmc {
namespace {

// 64 terms of order one: a few ulp.
constexpr double kRounding = 1e-14;

Column uneven_losses() {
  Column loss(64);
  for (Index i = 0; i < loss.size(); ++i)
    loss(i) = 3 * std::sin(7.0 * static_cast<double>(i)) - 900;
  return loss;
}

TEST(BatchQuality, AcceptanceIsTheMeanOverAllOrderedPairs) {
  const Column loss = uneven_losses();
  const Index n = loss.size();
  double accepted = 0;
  double total = 0;
  for (Index i = 0; i < n; ++i) {
    const double w_i = std::exp(-900 - loss(i));
    total += w_i;
    for (Index j = 0; j < n; ++j) {
      if (i != j) accepted += w_i * std::min(1.0, std::exp(loss(i) - loss(j)));
    }
  }
  EXPECT_NEAR(judge(loss, {}).acceptance, accepted / (static_cast<double>(n - 1) * total),
              kRounding);
}

TEST(BatchQuality, EssIsThatOfTheWeightsWhateverTheirScale) {
  const Column loss = uneven_losses();
  double sum = 0;
  double square = 0;
  for (const double value : loss) {
    sum += std::exp(-900 - value);
    square += std::exp(2 * (-900 - value));
  }
  const double ess = sum * sum / (static_cast<double>(loss.size()) * square);
  EXPECT_NEAR(judge(loss, {}).ess, ess, kRounding);
  EXPECT_NEAR(judge(loss + 1e6, {}).ess, ess, 1e-9);  // 1e6 costs ten of sixteen digits
}

TEST(BatchQuality, EqualWeightsArePerfect) {
  const BatchQuality quality = judge(Column::Constant(10, -3.5), 3.25);
  EXPECT_EQ(quality.loss, -3.5);
  EXPECT_EQ(quality.loss_error, 0);
  EXPECT_EQ(quality.gap, -0.25);
  EXPECT_DOUBLE_EQ(quality.ess, 1);
  EXPECT_DOUBLE_EQ(quality.acceptance, 1);
}

TEST(BatchQuality, ErrorIsThatOfTheMeanAndUnknownForOneDraw) {
  Column two(2);
  two << 1.0, 3.0;
  EXPECT_DOUBLE_EQ(judge(two, {}).loss_error, 1.0);  // sqrt(((1-2)² + (3-2)²) / (2·1))
  EXPECT_TRUE(std::isnan(judge(two.head(1), {}).loss_error));
  EXPECT_TRUE(std::isnan(judge(two, {}).gap));
}

}  // namespace
}  // namespace nmc
