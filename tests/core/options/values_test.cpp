#include <gtest/gtest.h>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"
#include "core/options/number_text.hpp"
#include "core/options/option_spec.hpp"
#include "core/options/parse_bytes.hpp"
#include "core/options/parse_values.hpp"
#include "tests/support/message_of.hpp"

namespace nmc {
namespace {

TEST(EditDistance, CountsASwapOfNeighboursOnce) {
  EXPECT_EQ(edit_distance("wolff", "wolff"), 0u);
  EXPECT_EQ(edit_distance("metroplis", "metropolis"), 1u);
  EXPECT_EQ(edit_distance("baet", "beat"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
}

TEST(DidYouMean, SuggestsTheNearestNameAndNothingForADistantWord) {
  const std::vector<std::string> names{"metropolis", "hmc", "latent_hmc"};
  EXPECT_EQ(did_you_mean("metroplis", names), "; did you mean \"metropolis\"?");
  EXPECT_EQ(did_you_mean("quantum", names), "");
  EXPECT_EQ(nearest_name("latent", names), "latent_hmc");
}

TEST(DidYouMean, SuggestsAKeyOfOneLetterAndTheSameWordInAnotherCase) {
  const std::vector<std::string> keys{"lattice", "L", "J", "N", "beta", "T"};
  EXPECT_EQ(nearest_name("Ll", keys), "L");
  EXPECT_EQ(nearest_name("l", keys), "L");
  EXPECT_EQ(nearest_name("BETA", keys), "beta");
  EXPECT_EQ(nearest_name("x", keys), "");  // nothing in common
  EXPECT_EQ(nearest_name("xy", keys), "");
}

TEST(ParseBytes, ReadsSizesWithTheirUnit) {
  EXPECT_EQ(parse_bytes("m", "128 MB"), 128e6);
  EXPECT_EQ(parse_bytes("m", "1.5GiB"), 1.5 * 0x1p30);
  EXPECT_EQ(parse_bytes("m", "512B"), 512);
  EXPECT_EQ(message_of([] { (void)parse_bytes("run.memory", "100"); }),
            "run.memory = 100: a size with its unit is needed, such as 512 MB, 2 GB or 1.5 GiB");
  EXPECT_EQ(message_of([] { (void)parse_bytes("run.memory", "0 MB"); }),
            "run.memory = 0 MB: a size above 0 is needed");
}

TEST(ParseValues, ReadsNumbersAsWhole) {
  EXPECT_EQ(parse_integer("n", "1e5"), 100000);
  EXPECT_EQ(parse_real("b", " 0.5 "), 0.5);
  EXPECT_EQ(message_of([] { (void)parse_integer("draws", "12a"); }),
            "draws = 12a is not an integer");
  EXPECT_EQ(message_of([] { (void)parse_real("beta", "nan"); }), "beta = nan is not a number");
  EXPECT_EQ(message_of([] { (void)parse_integer("n", "1.5"); }), "n = 1.5 is not an integer");
}

TEST(ParseValues, ReadsNoNumberThatADoubleWouldRound) {
  EXPECT_EQ(parse_integer("n", "9007199254740993"), 9007199254740993);  // 2^53 + 1, all digits
  EXPECT_THROW((void)parse_integer("n", "9007199254740993.0"), UserError);
  EXPECT_THROW((void)parse_integer("n", "1e16"), UserError);
  EXPECT_THROW((void)parse_integer("n", "18446744073709551616"), UserError);
}

TEST(ParseValues, SaysHowNumbersOfOthersAreWrittenHere) {
  EXPECT_EQ(message_of([] { (void)parse_real("beta", "0,44"); }),
            "beta = 0,44 is not a number; decimals need a point, not a comma: 0.44");
  EXPECT_EQ(message_of([] { (void)parse_real("beta", "4.4D-1"); }),
            "beta = 4.4D-1 is not a number; the exponent is written with E: 4.4E-1");
  EXPECT_EQ(number_hint("4,4d-1"), "; the exponent is written with E: 4.4E-1");
  for (const char* word : {"", "1,2,3", "d", "D0", ",", "warm", "1.2.3"})
    EXPECT_EQ(number_hint(word), "") << word;
}

TEST(ParseValues, KnowsIntegersThatNoIntegerHolds) {
  for (const char* text : {"18446744073709551617", "9223372036854775808", "-9223372036854775809",
                           "1e16", "1e400", "9007199254740993.0"})
    EXPECT_TRUE(is_too_large_integer(text)) << text;
  for (const char* text : {"9223372036854775807", "1e15", "1.5", "1e-400", "two", "", "nan"})
    EXPECT_FALSE(is_too_large_integer(text)) << text;
}

TEST(OptionSpec, NamesTheLimitOfTheKeyWhereAnIntegerIsBeyondAll) {
  const OptionSpec seed = option::integer("seed", "1", "[0, 9007199254740992]", "");
  for (const std::string text : {"18446744073709551617", "9223372036854775808", "1e30", "1e400"})
    EXPECT_EQ(message_of([&] { check_value(seed, text); }),
              "seed = " + text + " is out of range: it must lie in [0, 9007199254740992]");
}

TEST(OptionSpec, ComparesIntegersWithTheEndsOfTheRangeExactly) {
  const OptionSpec seed = option::integer("seed", "1", "[0, 9007199254740992]", "");
  EXPECT_NO_THROW(check_value(seed, "9007199254740992"));
  EXPECT_THROW(check_value(seed, "9007199254740993"), UserError);  // as a double it is the end
  EXPECT_THROW(check_value(seed, "9223372036854775807"), UserError);
  EXPECT_THROW(check_value(seed, "-1"), UserError);
  const OptionSpec open = option::integer("n", "1", "(0, 2.5)", "");
  EXPECT_NO_THROW(check_value(open, "2"));
  EXPECT_THROW(check_value(open, "3"), UserError);
  EXPECT_THROW(check_value(open, "0"), UserError);
  EXPECT_NO_THROW(check_value(option::integer("n", "1", "[0, inf)", ""), "9223372036854775807"));
}

TEST(ParseValues, ReadsDurationsInUnitsAndAsClock) {
  EXPECT_EQ(parse_duration("t", "60s"), 60);
  EXPECT_EQ(parse_duration("t", "1.5h"), 5400);
  EXPECT_EQ(parse_duration("t", "01:02:03"), 3723);
  EXPECT_EQ(parse_duration("t", "90:00"), 5400);
  for (const char* bad : {"1:90", "5 parsecs", "-3s", "", "1:2:3:4", "s"})
    EXPECT_NE(message_of([&] { parse_duration("t", bad); }), "(no error)") << bad;
}

TEST(ParseValues, ReadsListsAndExtents) {
  EXPECT_EQ(parse_list(" energy, m2 "), (std::vector<std::string>{"energy", "m2"}));
  EXPECT_EQ(parse_integers("L", "8x8x4"), (std::vector<std::int64_t>{8, 8, 4}));
  EXPECT_TRUE(parse_list(" ").empty());
}

TEST(ParseValues, KeepsBothEndsOfARangeAndRefusesAnEmptyOne) {
  const auto points = parse_range("0.40:0.48:0.01");
  ASSERT_EQ(points.size(), 9u);
  EXPECT_NEAR(points.back(), 0.48, 1e-15);
  EXPECT_EQ(message_of([] { (void)parse_range("0.4:0.5:-0.01"); }),
            "range 0.4:0.5:-0.01 is empty: the step points away from the end");
  EXPECT_EQ(message_of([] { (void)parse_range("0.1:0.35:0.1"); }),
            "range 0.1:0.35:0.1 would end at 0.3: its last point must lie a whole number of steps "
            "from the first");
  EXPECT_EQ(parse_range("0:1:0.1").size(), 11u);
  EXPECT_EQ(parse_range("1e-3:3e-3:1e-4").size(), 21u);
}

TEST(OptionSpec, ChecksRangesWithOpenAndClosedEnds) {
  const auto beta = option::real("beta", "1", "(0, inf)", "");
  EXPECT_EQ(message_of([&] { check_value(beta, "0"); }),
            "beta = 0 is out of range: it must lie in (0, inf)");
  EXPECT_EQ(message_of([&] { check_value(beta, "1e-3"); }), "(no error)");
  const auto kind = option::choice("boundary", "periodic", {"periodic", "open"}, "");
  EXPECT_EQ(message_of([&] { check_value(kind, "opne"); }),
            "unknown boundary \"opne\"; did you mean \"open\"? (one of periodic, open)");
}

}  // namespace
}  // namespace nmc
