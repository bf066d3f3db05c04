#include "drivers/report/judge_bound.hpp"

#include <gtest/gtest.h>

namespace nmc::drivers {
namespace {

ReportLine energy_at(double z) {
  ReportLine line;
  line.name = "energy";
  line.summary.mean = -10;
  line.exact = -10.5;
  line.z = z;
  return line;
}

// Above the bound is what a wave function cannot say; below it the error is wrong.
TEST(JudgeBound, RefusesAnEnergyBelowTheExactOneAndNoneAbove) {
  EXPECT_TRUE(judge_bound({energy_at(300)}).empty());
  EXPECT_TRUE(judge_bound({energy_at(-4.9)}).empty());
  const Findings found = judge_bound({energy_at(-5.4)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].check, "bound");
  EXPECT_EQ(found[0].severity, Severity::refusal);
  EXPECT_NE(found[0].message.find("5.4 error bars below"), std::string::npos);
  ReportLine unknown = energy_at(-9);
  unknown.exact.reset();
  EXPECT_TRUE(judge_bound({unknown}).empty());
}

ReportLine magnetisation_at(double mean, double error) {
  ReportLine line;
  line.name = "m";
  line.summary.mean = mean;
  line.summary.error = error;
  return line;
}

// Chains against the field are in equilibrium with their neighbours: no identity sees them.
TEST(JudgeBound, RefusesMeansBeyondWhatATheoremAllows) {
  const std::vector<MeanBounds> bounds{{"m", -1, -0.2, "for a test"}};
  EXPECT_TRUE(judge_mean_bounds({magnetisation_at(-0.9, 0.01)}, bounds).empty());
  EXPECT_TRUE(judge_mean_bounds({magnetisation_at(-0.2, 0)}, bounds).empty());
  EXPECT_TRUE(judge_mean_bounds({magnetisation_at(0.29, 0.1)}, bounds).empty());
  const Findings found = judge_mean_bounds({magnetisation_at(0.31, 0.1)}, bounds);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::refusal);
  EXPECT_EQ(found[0].about, kEveryObservable);
  EXPECT_EQ(judge_mean_bounds({magnetisation_at(1, 0)}, bounds).size(), 1u);
  EXPECT_EQ(judge_mean_bounds({magnetisation_at(1, NAN)}, bounds).size(), 1u);
  EXPECT_EQ(judge_mean_bounds({magnetisation_at(-1.4, 0.01)}, bounds).size(), 1u);
  EXPECT_TRUE(judge_mean_bounds({energy_at(0)}, bounds).empty());
}

}  // namespace
}  // namespace nmc::drivers
