#include <gtest/gtest.h>

#include "drivers/report/report.hpp"

namespace nmc::drivers {
namespace {

/// 20000 weights of ESS 10 %, the largest `w_max` times their mean.
Report report_with(double w_max) {
  statistics::WeightSummary weights;
  weights.draws = 20000;
  weights.ess_fraction = 0.1;
  weights.w_max_over_mean = w_max;
  weights.log_mean = 10;
  weights.log_mean_error = 0.01;
  weights.mean_log = 9;
  weights.mean_log_error = 0.01;
  Report report;
  report.network.emplace();
  report.network->weights = weights;
  return report;
}

TEST(ReportText, WarnsWhereOneDrawCarriesMoreThanAPercentOfTheWeight) {
  EXPECT_NE(report_text(report_with(260)).find("carries 1.3 % of the weight"), std::string::npos);
  EXPECT_EQ(report_text(report_with(140)).find("of the weight"), std::string::npos);
}

TEST(ReportText, WarnsOfChainsThatDisagreeAtAnotherTemperatureOfTheLadder) {
  ReportLine line;
  line.name = "energy";
  line.summary.rhat = 1.002;
  Report report;
  report.lines = {line};
  report.ladder.emplace();
  report.ladder->rungs.resize(2);
  report.ladder->rungs[1].lines = {line};
  line.summary.rhat = 1.2;
  report.ladder->rungs[0].lines = {line};
  report.ladder->rungs[0].beta = 0.25;
  EXPECT_NE(report_text(report).find("R-hat of 1.200 at beta 0.25 is above"), std::string::npos);
  report.ladder->rungs[0].lines[0].summary.rhat = 1.002;
  EXPECT_EQ(report_text(report).find("is above"), std::string::npos);
}

}  // namespace
}  // namespace nmc::drivers
