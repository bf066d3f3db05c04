#include <gtest/gtest.h>

#include "core/errors.hpp"
#include "core/options/command_line.hpp"
#include "core/options/job_file.hpp"
#include "tests/support/message_of.hpp"

namespace nmc {
namespace {

const std::vector<OptionSpec> kSpecs{
    option::required(option::integer("L", "", "[1, 4096]", "linear size")),
    option::real("beta", "0.44", "(0, inf)", "inverse temperature")};

TEST(JobFile, KeepsTheLineOfEveryValue) {
  const auto values = parse_job_text("[system]\n# comment\nL = 8   # here\nbeta=0.4\n", "job.ini");
  ASSERT_EQ(values.size(), 2u);
  EXPECT_EQ(values[0].origin, "job.ini:3");
  EXPECT_EQ(values[0].value, "8");
  EXPECT_EQ(values[1].origin, "job.ini:4");
}

TEST(JobFile, KeepsDotsInsideAKey) {
  const auto values = parse_job_text("[stop]\nerror.energy = 0.01\n", "j");
  EXPECT_EQ(values.at(0).key, "error.energy");
}

TEST(JobFile, RefusesWhatItCannotRead) {
  EXPECT_EQ(message_of([] { (void)parse_job_text("[a]\nb 1\n", "j"); }),
            "j:2: \"b 1\" is not of the form key = value");
  EXPECT_EQ(message_of([] { (void)parse_job_text("b = 1\n", "j"); }),
            "j:1: \"b = 1\" stands before the first [section]");
  EXPECT_EQ(message_of([] { (void)parse_job_text("[a]\nb = 1\nb = 2\n", "j"); }),
            "j:3: a.b is already set at j:2");
  EXPECT_EQ(message_of([] { (void)parse_job_text("\xEF\xBB\xBF[a]\nb = 1\n", "j"); }),
            "j begins with a byte order mark; save it as UTF-8 without one: "
            "sed -i '1s/^\\xEF\\xBB\\xBF//' j");
  EXPECT_EQ(message_of([] { (void)parse_job_text("\xFF\xFE[", "j"); }),
            "j is text in UTF-16; convert it: iconv -f UTF-16 -t UTF-8 j > NEW");
}

TEST(Resolve, PrefersCommandLineOverFileOverDefault) {
  const auto line = parse_command_line({"job.ini", "--system.L=16"}, {});
  const auto given = merge(line.overrides, parse_job_text("[system]\nL = 8\n", "job.ini"));
  const Options options = resolve_section("system", given, kSpecs, "");
  EXPECT_EQ(options.integer("L"), 16);
  EXPECT_EQ(options.where("L"), "--system.L=16: ");
  EXPECT_EQ(options.real("beta"), 0.44);
  EXPECT_FALSE(options.is_given("beta"));
}

/// A default that is typed is given; the one that resolved.ini spells out is not.
TEST(Resolve, TakesADefaultThatIsTypedForGiven) {
  const auto is_given = [](const std::string& line) {
    const auto given = parse_job_text("[system]\nL = 8\n" + line + "\n", "resolved.ini");
    return resolve_section("system", given, kSpecs, "").is_given("beta");
  };
  EXPECT_TRUE(is_given("beta = 0.44"));
  EXPECT_TRUE(is_given("beta = 0.44  # as in the paper"));
  EXPECT_TRUE(is_given("beta = 0.45  # default"));  // of a version with another default
  EXPECT_FALSE(is_given("beta = 0.44  # default"));
  EXPECT_FALSE(is_given(""));
}

TEST(Resolve, NamesPlaceAndNearestKey) {
  const auto given = parse_job_text("[system]\nL = 8\nbeat = 1\n", "job.ini");
  EXPECT_EQ(message_of([&] { (void)resolve_section("system", given, kSpecs, "(help)"); }),
            "job.ini:3: unknown key \"beat\" in [system]; did you mean \"beta\"? (help)");
  const auto low = parse_job_text("[system]\nL = 0\n", "job.ini");
  EXPECT_EQ(message_of([&] { (void)resolve_section("system", low, kSpecs, ""); }),
            "job.ini:2: L = 0 is out of range: it must lie in [1, 4096]");
  EXPECT_EQ(message_of([&] { (void)resolve_section("system", {}, kSpecs, ""); }),
            "[system] lacks L: linear size (integer in [1, 4096])");
}

TEST(CommandLine, SortsWordsFlagsAndOverrides) {
  const std::vector<FlagSpec> flags{{"json", "", ""}, {"input", "FILE", ""}};
  const auto line =
      parse_command_line({"a.h5", "--json", "b", "--input", "f", "--run.seed", "7"}, flags);
  EXPECT_EQ(line.positional, (std::vector<std::string>{"a.h5", "b"}));
  EXPECT_TRUE(line.has("json"));
  EXPECT_EQ(line.value("input"), "f");
  ASSERT_EQ(line.overrides.size(), 1u);
  EXPECT_EQ(line.overrides[0].value, "7");
}

TEST(CommandLine, LetsTheLastOfTwoOverridesWin) {
  const auto line = parse_command_line({"--run.seed=1", "--run.seed=2"}, {});
  ASSERT_EQ(line.overrides.size(), 1u);
  EXPECT_EQ(line.overrides[0].value, "2");
}

TEST(CommandLine, RefusesUnknownFlags) {
  const std::vector<FlagSpec> flags{{"json", "", ""}};
  EXPECT_NE(message_of([&] { (void)parse_command_line({"--jsno"}, flags); }).find("did you mean"),
            std::string::npos);
  EXPECT_NE(message_of([&] { (void)parse_command_line({"--run.seed"}, flags); }), "(no error)");
  EXPECT_NE(message_of([&] { (void)parse_command_line({"--output.dir=a#b"}, flags); }),
            "(no error)");
}

}  // namespace
}  // namespace nmc
