#include <gtest/gtest.h>

#include "core/archive/json_members.hpp"

namespace nmc::archive {
namespace {

TEST(JsonMembers, TakeNoNumberForACountThatIsNone) {
  const auto members = json_members(
      R"({"a": 3, "b": 1e300, "c": -1, "d": 2.5, "e": "4", "f": 2147483648, "g": 2147483647})");
  ASSERT_TRUE(members.has_value());
  EXPECT_EQ(members->count("a", 1), 3);
  EXPECT_EQ(members->count("g", 1), 2147483647);
  for (const char* key : {"b", "c", "d", "e", "f", "absent"})
    EXPECT_EQ(members->count(key, 1), 1) << key;
}

}  // namespace
}  // namespace nmc::archive
