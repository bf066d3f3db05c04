#include "drivers/tasks/task_outcome.hpp"

#include <gtest/gtest.h>

namespace nmc::drivers {
namespace {

TEST(TaskOutcome, ComesBackAsItWas) {
  using Kind = TaskOutcome::Kind;
  const std::vector<TaskOutcome> own{{17, Kind::done, ""},
                                     {0, Kind::failed, "L8: two\nlines \xff 3 1 2 x"},
                                     {5, Kind::stopped, " "},
                                     {6, Kind::refused, "7 0 1 b"}};
  EXPECT_EQ(gather(Ranks(), own), own);
  EXPECT_TRUE(gather(Ranks(), {}).empty());
}

}  // namespace
}  // namespace nmc::drivers
