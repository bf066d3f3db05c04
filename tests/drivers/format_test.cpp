#include "drivers/format.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "drivers/json_line.hpp"
#include "drivers/text_table.hpp"

namespace nmc::drivers {
namespace {

TEST(WithError, KeepsTheDigitsThatTheErrorAllows) {
  EXPECT_EQ(with_error(-95.4632, 0.083), "-95.46(8)");
  EXPECT_EQ(with_error(0.54502, 0.0011), "0.5450(11)");
  EXPECT_EQ(with_error(3.21, 0.23), "3.2(2)");
  EXPECT_EQ(with_error(1234.6, 37.2), "1235(37)");
  EXPECT_EQ(with_error(0.5, 0.0996), "0.50(10)");
}

TEST(WithError, WritesPowersOfTenForSizesFarFromOne) {
  EXPECT_EQ(with_error(-1.2345e-170, 4e-172), "-1.23(4)e-170");
  EXPECT_EQ(with_error(6.1e160, 3e158), "6.10(3)e+160");
  EXPECT_EQ(with_error(1e-322, 3e-320), "0(3)e-320");
}

TEST(WithError, SaysNoErrorWhereThereIsNone) {
  EXPECT_EQ(with_error(0.25, 0), "0.25");
  EXPECT_EQ(with_error(127999998.12345, 1e-9), "127999998.1234");  // more digits a double has not
  EXPECT_EQ(with_error(0.25, std::numeric_limits<double>::quiet_NaN()), "0.25");
  EXPECT_EQ(with_error(std::numeric_limits<double>::quiet_NaN(), 1), "-");
}

TEST(Percent, IsNeverAPowerOfTen) {
  EXPECT_EQ(percent_text(0.997), "100 %");
  EXPECT_EQ(percent_text(0.125), "12 %");
  EXPECT_EQ(percent_text(0.0996), "10 %");
  EXPECT_EQ(percent_text(0.0123), "1.2 %");
  EXPECT_EQ(percent_text(0.0001), "0.01 %");
}

TEST(Counts, AreShort) {
  EXPECT_EQ(short_count(842), "842");
  EXPECT_EQ(short_count(11234), "11k");
  EXPECT_EQ(short_count(3.21e6), "3.2M");
  EXPECT_EQ(clock_text(372), "0:06:12");
  EXPECT_EQ(bytes_text(610e9), "610 GB");
}

TEST(JsonLine, EscapesAndWritesNullForWhatIsNotFinite) {
  JsonLine json;
  json.add("na\"me", "a\nb")
      .add("x", 0.1)
      .add("n", 3)
      .add("bad", std::numeric_limits<double>::infinity());
  EXPECT_EQ(json.text(), R"({"na\"me": "a\u000ab", "x": 0.1, "n": 3, "bad": null})");
}

TEST(TextTable, AlignsColumns) {
  TextTable table({"name", "mean"});
  table.add({"energy", "-95.46(8)"});
  EXPECT_EQ(table.text(), "name         mean\nenergy  -95.46(8)\n");
}

}  // namespace
}  // namespace nmc::drivers
