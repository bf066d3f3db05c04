#include <gtest/gtest.h>

#include <cmath>

#include "core/errors.hpp"
#include "core/statistics/weights.hpp"

namespace nmc::statistics {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Weights, EqualTheirDefinitionsForFourDraws) {
  // w = 1, 2, 3, 4: (Σw)²/(nΣw²) = 100/120, w_max/⟨w⟩ = 1.6, var w = 5/3
  const Column w{{1, 2, 3, 4}};
  const WeightSummary summary =
      summarise_weights(w.unaryExpr([](double v) { return std::log(v); }));
  EXPECT_EQ(summary.draws, 4);
  EXPECT_NEAR(summary.ess_fraction, 100.0 / 120, 1e-15);
  EXPECT_NEAR(summary.w_max_over_mean, 1.6, 1e-15);
  EXPECT_NEAR(summary.log_mean, std::log(2.5), 1e-15);
  EXPECT_NEAR(summary.log_mean_error, std::sqrt(5.0 / 3 / 4) / 2.5, 1e-15);
  EXPECT_NEAR(summary.mean_log, std::log(24.0) / 4, 1e-15);
}

TEST(Weights, DoNotOverflow) {
  const Column log_w{{5000, 5000 + std::log(3.0)}};
  const WeightSummary summary = summarise_weights(log_w);
  EXPECT_NEAR(summary.log_mean, 5000 + std::log(2.0), 1e-12);  // ulp of 5000
  EXPECT_NEAR(summary.ess_fraction, 16.0 / 20, 1e-12);
}

TEST(Weights, OfZeroAreCounted) {
  const WeightSummary summary = summarise_weights(Column{{0, -infinity}});
  EXPECT_NEAR(summary.ess_fraction, 0.5, 1e-15);
  EXPECT_NEAR(summary.log_mean, std::log(0.5), 1e-15);
  EXPECT_EQ(summary.mean_log, -infinity);
  EXPECT_TRUE(std::isnan(summary.mean_log_error));
  EXPECT_TRUE(std::isnan(summarise_weights(Column{{-infinity, -infinity}}).ess_fraction));
  EXPECT_TRUE(std::isnan(summarise_weights(Column()).log_mean));
}

TEST(Weights, ThatAreNotNumbersNameTheDraw) {
  try {
    (void)summarise_weights(Column{{0, 0, not_a_number}});
    FAIL();
  } catch (const NumericalError& error) {
    EXPECT_NE(std::string(error.what()).find("draw 2"), std::string::npos) << error.what();
  }
  EXPECT_THROW((void)summarise_weights(Column{{infinity}}), NumericalError);
}

TEST(RejectionRun, IsTheLongestWithinOneChain) {
  Chains accepted(6, 2);
  accepted.col(0) << 1, 0, 0, 1, 0, 0;
  accepted.col(1) << 0, 0, 0, 1, 0, 1;  // a run does not continue from the chain before
  EXPECT_EQ(longest_rejection_run(accepted), 3);
  EXPECT_EQ(longest_rejection_run(Chains::Ones(4, 2)), 0);
  EXPECT_EQ(longest_rejection_run(Chains::Zero(4, 1)), 4);
}

}  // namespace
}  // namespace nmc::statistics
