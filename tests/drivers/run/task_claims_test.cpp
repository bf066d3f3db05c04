#include "drivers/tasks/task_claims.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/errors.hpp"
#include "tests/core/archive/scratch.hpp"

namespace nmc::drivers {
namespace {

TEST(TaskClaims, GivesATaskOnce) {
  const archive::Scratch scratch;
  const TaskClaims one(scratch.file("tasks"));
  const TaskClaims other(scratch.file("tasks"));
  one.begin();
  EXPECT_TRUE(one.take(3));
  EXPECT_FALSE(other.take(3));
  EXPECT_TRUE(other.take(12));
  EXPECT_TRUE(one.take(4));
  EXPECT_EQ(one.count().running, (std::vector<std::size_t>{3, 4, 12}));
  other.finish(12, false);
  one.finish(3, true);
  EXPECT_FALSE(one.take(12));
  const TaskClaims::Count count = other.count();
  EXPECT_EQ(count.running, (std::vector<std::size_t>{4}));
  EXPECT_EQ(count.done, 1U);
  EXPECT_EQ(count.failed, 1U);
  one.begin();
  EXPECT_TRUE(other.take(3));
  one.end();
  EXPECT_FALSE(std::filesystem::exists(scratch.file("tasks")));
}

TEST(TaskClaims, SaysWhereItCannotWrite) {
  const archive::Scratch scratch;
  EXPECT_THROW((void)TaskClaims(scratch.file("absent/tasks")).take(0), UserError);
  EXPECT_THROW(TaskClaims(scratch.file("absent/tasks")).begin(), UserError);
}

}  // namespace
}  // namespace nmc::drivers
