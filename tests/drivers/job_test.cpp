#include "drivers/job/job.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "core/options/job_file.hpp"

namespace nmc::drivers {
namespace {

Job resolve(const std::vector<std::string>& words, const Needs& needs = {}) {
  return resolve_job(read_job(parse_command_line(words, {})), needs);
}

std::string message_of(const std::vector<std::string>& words, const Needs& needs = {}) {
  try {
    (void)resolve(words, needs);
  } catch (const UserError& error) {
    return error.what();
  }
  return "(no error)";
}

const std::vector<std::string> kIsing{"--system.name=ising", "--system.L=4", "--system.beta=0.4"};

std::vector<std::string> with(std::vector<std::string> words) {
  words.insert(words.begin(), kIsing.begin(), kIsing.end());
  return words;
}

TEST(Job, IsResolvedWithDefaultsAndTheirOrigin) {
  const Job job = resolve(kIsing);
  EXPECT_EQ(job.run.integer("seed"), 1);
  EXPECT_EQ(job.model_entry, nullptr);
  const std::string text = resolved_text(job);
  EXPECT_NE(text.find("# --system.L=4"), std::string::npos);
  EXPECT_NE(text.find("seed = 1                          # default"), std::string::npos);
}

TEST(Job, ResolvedTextResolvesToTheSameValues) {
  const Job job = resolve(with({"--run.draws=7"}));
  const std::string path = ::testing::TempDir() + "resolved_again.ini";
  std::ofstream(path) << resolved_text(job);
  const Job again = resolve({path});
  std::remove(path.c_str());
  const auto sections = job.sections();
  const auto sections_again = again.sections();
  for (std::size_t s = 0; s < sections.size(); ++s) {
    ASSERT_EQ(sections[s]->all().size(), sections_again[s]->all().size());
    for (std::size_t i = 0; i < sections[s]->all().size(); ++i)
      EXPECT_EQ(sections[s]->all()[i].value, sections_again[s]->all()[i].value);
  }
}

TEST(Job, RefusesUnknownNamesWithTheNearestOne) {
  EXPECT_EQ(
      message_of({"--system.name=isng"}),
      "--system.name=isng: unknown system \"isng\"; did you mean \"ising\"? (nmc list systems)");
  EXPECT_EQ(message_of(with({"--runn.draws=1"})),
            "--runn.draws=1: unknown section [runn]; did you mean \"run\"?");
  EXPECT_EQ(
      message_of(with({"--run.drws=1"})),
      "--run.drws=1: unknown key \"drws\" in [run]; did you mean \"draws\"? (nmc describe run)");
}

TEST(Job, AsksForWhatTheVerbNeeds) {
  EXPECT_EQ(message_of(kIsing, {.model = false, .sampler = true}),
            "[sampler] lacks name: write name = metropolis below [sampler], or "
            "--sampler.name=metropolis (nmc list samplers)");
  EXPECT_NE(message_of(kIsing, {.model = true, .sampler = false}).find("[model] lacks name"),
            std::string::npos);
}

}  // namespace
}  // namespace nmc::drivers
