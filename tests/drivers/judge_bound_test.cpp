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

}  // namespace
}  // namespace nmc::drivers
