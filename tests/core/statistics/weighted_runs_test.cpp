#include "core/statistics/weighted_runs.hpp"

#include <gtest/gtest.h>

#include "tests/core/statistics/draws.hpp"

namespace nmc::statistics {
namespace {

TEST(CombineRuns, WeighsMeansByZAndDoesNotOverflow) {
  EstimatedRuns runs{Column(2), Batch(2, 1)};
  runs.lnZ << 5000 + std::log(1.0), 5000 + std::log(3.0);
  runs.means << 10, 2;
  const CombinedRuns combined = combine_runs(runs);
  EXPECT_NEAR(combined.lnZ, 5000 + std::log(2.0), 1e-11);
  EXPECT_NEAR(combined.means(0), 4, 1e-12);
  // delete-one values are 2 and 10: √(½ Σ (x − 6)²) = 4
  EXPECT_NEAR(combined.errors(0), 4, 1e-11);
}

TEST(CombineRuns, ErrorsAreThoseOfPlainMeansWhereAllZAreEqual) {
  const Chains x = normal_draws(30, 1, 3);
  const CombinedRuns combined = combine_runs({Column::Zero(30), x});
  EXPECT_NEAR(combined.means(0), x.mean(), 1e-14);
  EXPECT_NEAR(combined.errors(0), std::sqrt(sample_variance(x.col(0)) / 30), 1e-13);
}

TEST(CombineRuns, GivesNoErrorForOneRun) {
  const CombinedRuns combined = combine_runs({Column::Constant(1, 3), Batch::Constant(1, 1, 2)});
  EXPECT_EQ(combined.lnZ, 3);
  EXPECT_EQ(combined.means(0), 2);
  EXPECT_TRUE(std::isnan(combined.lnZ_error));
  EXPECT_TRUE(std::isnan(combined.errors(0)));
}

}  // namespace
}  // namespace nmc::statistics
