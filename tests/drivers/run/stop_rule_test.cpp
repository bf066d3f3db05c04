#include "drivers/sample/stop_rule.hpp"

#include <gtest/gtest.h>

namespace nmc::drivers {
namespace {

TEST(StopRule, LooksAQuarterLaterEachTime) {
  EXPECT_EQ(next_look(-1), 64);
  EXPECT_EQ(next_look(63), 64);
  EXPECT_EQ(next_look(64), 80);
  EXPECT_EQ(next_look(99), 100);
  EXPECT_EQ(next_look(100), 125);
  EXPECT_EQ(next_look(125), 156);
}

}  // namespace
}  // namespace nmc::drivers
