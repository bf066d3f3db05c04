#include <gtest/gtest.h>

#include "drivers/anneal/anneal_report.hpp"

namespace nmc::drivers {
namespace {

AnnealReport report_at(double z, Index runs) {
  AnnealReport report;
  report.runs = runs;
  report.population = 1000;
  report.resamples = false;
  AnnealStep step;
  step.beta = 1;
  step.rho_t = 1;
  step.ess = 1;
  step.lnZ = {-0.015, 0.0016, z};
  step.lnZ_exact = 0;
  report.steps = {step};
  return report;
}

// Thin tails of a start have weights that look like good ones. Few runs know their error badly.
TEST(JudgeAnnealing, RefusesAFreeEnergyFarFromItsExactValue) {
  EXPECT_TRUE(judge_annealing(report_at(-8.5, 16)).empty());
  EXPECT_TRUE(judge_annealing(report_at(12, 8)).empty());
  for (const double z : {-9.15, 9.15}) {
    const Findings found = judge_annealing(report_at(z, 16));
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].severity, Severity::refusal);
    EXPECT_EQ(found[0].check, "exact");
    EXPECT_EQ(found[0].about, "lnZ");
    EXPECT_EQ(found[1].about, kEveryObservable);
  }
  AnnealReport unknown = report_at(-50, 16);
  unknown.steps[0].lnZ_exact.reset();
  EXPECT_TRUE(judge_annealing(unknown).empty());
}

// Its z is that of a normal, whatever the number of runs.
TEST(JudgeAnnealing, HoldsAPopulationAgainstFive) {
  for (const Index runs : {2, 16}) {
    AnnealReport report = report_at(5.1, runs);
    report.resamples = true;
    EXPECT_EQ(judge_annealing(report).size(), 2u);
    report.steps[0].lnZ.z = -4.9;
    EXPECT_TRUE(judge_annealing(report).empty());
  }
}

}  // namespace
}  // namespace nmc::drivers
