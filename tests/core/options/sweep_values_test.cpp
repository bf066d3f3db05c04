#include "core/options/sweep_values.hpp"

#include <gtest/gtest.h>

#include "core/errors.hpp"

namespace nmc {
namespace {

using Values = std::vector<std::string>;

TEST(SweepValues, RangesHoldBothEndsWithTheDecimalsOfFirstAndStep) {
  EXPECT_EQ(parse_sweep_values("0.40:0.44:0.02"), (Values{"0.40", "0.42", "0.44"}));
  EXPECT_EQ(parse_sweep_values("-0.2 : 0.2 : 0.1"), (Values{"-0.2", "-0.1", "0.0", "0.1", "0.2"}));
  EXPECT_EQ(parse_sweep_values("0:1e-3:5e-4"), (Values{"0.0000", "0.0005", "0.0010"}));
  EXPECT_EQ(parse_sweep_values("8:2:-3"), (Values{"8", "5", "2"}));
}

TEST(SweepValues, CommasAndSemicolonsWithinBracketsBelongToTheValue) {
  EXPECT_EQ(parse_sweep_values("[metropolis x 5, wolff x 1], wolff"),
            (Values{"[metropolis x 5, wolff x 1]", "wolff"}));
  EXPECT_EQ(parse_sweep_values("open,periodic; periodic"), (Values{"open,periodic", "periodic"}));
  EXPECT_EQ(parse_sweep_values("energy, m2;"), (Values{"energy, m2"}));
  EXPECT_EQ(split_outside_brackets("(8, 4), (16, [a, (b, c)])"),
            (Values{"(8, 4)", "(16, [a, (b, c)])"}));
}

TEST(SweepValues, ColonsBehindWordsAreNoRange) {
  EXPECT_EQ(parse_sweep_values("a.h5:x, b.h5:x"), (Values{"a.h5:x", "b.h5:x"}));
}

TEST(SweepValues, EqualNumbersHaveEqualCanonicalTexts) {
  EXPECT_EQ(canonical_value("0.40"), canonical_value("4e-1"));
  EXPECT_EQ(canonical_value("-0.0"), canonical_value("0"));
  EXPECT_NE(canonical_value("0.44"), canonical_value("0.44068679"));
  EXPECT_EQ(canonical_value("wolff"), "wolff");
}

std::string message_of_values(const char* text) {
  try {
    (void)parse_sweep_values(text);
  } catch (const UserError& error) {
    return error.what();
  }
  return "(no error)";
}

TEST(SweepValues, RefuseWhatIsNoList) {
  EXPECT_EQ(message_of_values("0.4:0.5:-0.01"),
            "range 0.4:0.5:-0.01 is empty: the step points away from the end");
  EXPECT_EQ(message_of_values("8:16"), "range 8:16 is not of the form first:last:step");
  EXPECT_EQ(message_of_values("0:1:1e-9"), "range 0:1:1e-9 has more than 1000000 points");
  EXPECT_EQ(message_of_values("8,,16"), "\"8,,16\" holds an empty value");
  EXPECT_EQ(message_of_values("8; ; 16"), "\"8; ; 16\" holds an empty value");
  EXPECT_EQ(message_of_values("[a, b"), "\"[a, b\" opens a bracket that it does not close");
  EXPECT_EQ(message_of_values("a], b"), "\"a], b\" closes a bracket that it did not open");
  EXPECT_EQ(message_of_values(" "), "a line of a sweep without values");
}

}  // namespace
}  // namespace nmc
