#include "drivers/status/status_chart.hpp"

#include <gtest/gtest.h>

namespace nmc::drivers {
namespace {

TEST(StatusChart, GoesFromTheLowestToTheHighest) {
  EXPECT_EQ(spark_line({0, 7, 3}, 10, false), "_#~");
  EXPECT_EQ(spark_line({0, 7}, 10, true), "▁█");
  EXPECT_EQ(spark_line({2, 2}, 10, false), "==");
  EXPECT_EQ(spark_line({0, 0, 7, 7}, 2, false), "_#");
  EXPECT_EQ(spark_line({0, 0, 0, 7, 7}, 2, false), "_#");
}

TEST(StatusChart, TakesEachStateOnceAndBeginsAnewInAPhase) {
  StatusChart chart;
  RunStatus status;
  status.phase = "train";
  status.loss = 1;
  status.updated = "a";
  chart.add(status);
  status.loss = 5;
  chart.add(status);  // the same state of the file
  EXPECT_EQ(chart.line(80), "");
  status.updated = "b";
  chart.add(status);
  EXPECT_NE(chart.line(80).find("loss"), std::string::npos);
  EXPECT_NE(chart.line(80).find("1 ... 5"), std::string::npos);
  status.phase = "sample";
  status.observable = "energy";
  status.updated = "c";
  chart.add(status);  // no mean yet
  EXPECT_NE(chart.line(80).find("loss"), std::string::npos);
  status.mean = -3;
  chart.add(status);
  EXPECT_EQ(chart.line(80), "");
}

}  // namespace
}  // namespace nmc::drivers
