#include "drivers/job/sweep.hpp"

#include <gtest/gtest.h>

#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "drivers/job/job.hpp"

namespace nmc::drivers {
namespace {

std::vector<SweepPoint> expand(const std::string& text) {
  return expand_sweep(parse_job_text(text, "job.ini"));
}

std::vector<std::string> names_of(const std::string& text) {
  std::vector<std::string> names;
  for (const SweepPoint& point : expand(text)) names.push_back(point.name);
  return names;
}

std::string message_of_line(const std::string& text) {
  try {
    (void)expand(text);
  } catch (const UserError& error) {
    return error.what();
  }
  return "(no error)";
}

using Names = std::vector<std::string>;

TEST(Sweep, IsTheProductOfItsLinesTheLastOneTheFastest) {
  EXPECT_EQ(
      names_of("[sweep]\nsystem.L = 8, 16\nsystem.beta = 0.40:0.42:0.02\nsampler.name = wolff\n"),
      (Names{"L8_b0.4_wolff", "L8_b0.42_wolff", "L16_b0.4_wolff", "L16_b0.42_wolff"}));
}

TEST(Sweep, SetsTheKeysOfALineTogether) {
  const auto points = expand("[sweep]\nsystem.L, run.thin = (8, 2), (16, 9)\n");
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[1].name, "L16");
  ASSERT_EQ(points[1].settings.size(), 2U);
  EXPECT_EQ(points[1].settings[0].value, "16");
  EXPECT_EQ(points[1].settings[1].section, "run");
  EXPECT_EQ(points[1].settings[1].key, "thin");
  EXPECT_EQ(points[1].settings[1].value, "9");
  EXPECT_EQ(points[1].settings[1].origin, "job.ini:2");
}

TEST(Sweep, GroupsShareTheLinesOfSweepAndFollowEachOther) {
  const std::string text =
      "[sweep]\nsystem.L = 4, 8\n[sweep.local]\nsampler.name = metropolis\n"
      "[sweep.cluster]\nsampler.clusters = 2\nsampler.name = wolff, swendsen_wang\n";
  EXPECT_EQ(names_of(text),
            (Names{"local_L4", "local_L8", "cluster_L4_wolff", "cluster_L4_swendsen_wang",
                   "cluster_L8_wolff", "cluster_L8_swendsen_wang"}));
  EXPECT_EQ(expand(text).front().settings.size(), 2U);
  EXPECT_EQ(expand(text).back().settings.size(), 3U);
}

TEST(Sweep, NamesAreFileNames) {
  EXPECT_EQ(names_of("[sweep]\nsampler.name = [metropolis x 5, wolff x 1]\nsystem.boundary = "
                     "open,periodic; periodic\nsystem.h = -0.5\n"),
            (Names{"metropolis-x-5-wolff-x-1_boundary-open-periodic_h-0.5",
                   "metropolis-x-5-wolff-x-1_boundary-periodic_h-0.5"}));
}

// What is done is found again, however the job is written.
TEST(Sweep, NamesFollowTheValuesAndTheLinesOfTheFile) {
  const Names names{"b0.4_h0", "b0.4_h0.5", "b0.5_h0", "b0.5_h0.5"};
  for (const char* betas : {"0.4, 0.5", "0.40, 5e-1", "0.4:0.50:0.10"})
    EXPECT_EQ(names_of(std::string("[sweep]\nsystem.beta = ") + betas + "\nsystem.h = 0:0.5:0.5\n"),
              names);
  std::vector<GivenOption> given{{"sweep", "system.h", "0.0, 0.5", "--sweep.system.h", ""}};
  for (GivenOption& option :
       parse_job_text("[sweep]\nsystem.beta = 0.4, 0.5\nsystem.h = 1\n", "job.ini"))
    given.push_back(option);
  Names own;
  for (const SweepPoint& point : expand_sweep(given)) own.push_back(point.name);
  EXPECT_EQ(own, names);
}

TEST(Sweep, SeedsDifferFromTaskToTaskAndStayWhenTasksCome) {
  const auto few = expand("[sweep]\nsystem.beta = 0.40:0.42:0.02\n");
  const auto many = expand("[sweep]\nsystem.beta = 0.38, 0.4, 0.41, 4.2e-1\n");
  EXPECT_EQ(task_seed(1, few[0].settings), task_seed(1, many[1].settings));
  EXPECT_EQ(task_seed(1, few[1].settings), task_seed(1, many[3].settings));
  EXPECT_NE(task_seed(1, few[0].settings), task_seed(1, few[1].settings));
  EXPECT_NE(task_seed(1, few[0].settings), task_seed(2, few[0].settings));
}

TEST(Sweep, SeedsAreThoseOfTheDocumentedHash) {
  // printf '1\nsystem.L=8\nsystem.beta=0.4\n' | sha256sum | cut -c1-13
  const auto points = expand(
      "[sweep]\nsystem.beta = 0.40\nsystem.L = 8\nrun.draws = 100\noutput.observables = m2\n");
  EXPECT_EQ(task_seed(1, points[0].settings), 0x2c006248c4efd);
}

TEST(Sweep, RefusesWithTheLine) {
  EXPECT_EQ(message_of_line("[sweep]\nsystem.beta = 0.4:0.5:-0.01\n"),
            "job.ini:2: range 0.4:0.5:-0.01 is empty: the step points away from the end");
  EXPECT_EQ(message_of_line("[sweep]\nbeta = 0.4, 0.5\n"),
            "job.ini:2: a sweep sets section.key, as in system.beta; \"beta\" lacks its section");
  EXPECT_EQ(message_of_line("[sweep]\nsytem.beta = 0.4\n"),
            "job.ini:2: unknown section [sytem]; did you mean \"system\"?");
  EXPECT_EQ(message_of_line("[sweep]\nsystem.L = 8, 16, 8.0\n"), "job.ini:2: 8.0 is there twice");
  EXPECT_EQ(message_of_line("[sweep]\nsystem.L, run.thin = (8, 1), 16\n"),
            "job.ini:2: 2 keys are set together, as in (1, 2), (3, 4); \"16\" is no such list");
  EXPECT_EQ(message_of_line("[sweep]\nsystem.L, run.thin = (8, 1), (16, 1, 2)\n"),
            "job.ini:2: (16, 1, 2) holds 3 values for 2 keys");
  EXPECT_EQ(
      message_of_line("[sweep]\noutput.dir = a, b\n"),
      "job.ini:2: every task has a directory of its own in output.dir, which cannot be swept");
  EXPECT_EQ(message_of_line("[sweep]\nsystem.L = 8\nsystem.beta, system.L = (1, 2)\n"),
            "job.ini:3: system.L is already swept at job.ini:2");
  EXPECT_EQ(message_of_line("[sweep]\nsystem.L = 8\n[sweep.a]\nsystem.L = 8\n"),
            "job.ini:4: system.L is already swept at job.ini:2");
  EXPECT_EQ(message_of_line("[sweep.a b]\nsystem.L = 8\n"),
            "job.ini:2: [sweep.a b]: a group is named by letters, digits and _");
  EXPECT_EQ(message_of_line("[sweep]\nsystem.L = 1:1000:1\nsystem.beta = 1:1000:1\n"),
            "job.ini:3: the sweep has more than 100000 tasks");
}

TEST(Sweep, RefusesAValueThatNoTaskWouldUse) {
  EXPECT_EQ(
      message_of_line("[system]\nL = 4\n[sweep]\nsystem.L = 8, 16\n"),
      "job.ini:2: system.L is swept at job.ini:4, so that no task would use this value: leave "
      "one of them out");
  EXPECT_EQ(message_of_line("[run]\nthin = 4\n[sweep.a]\nrun.thin = 2\n[sweep.b]\nsystem.L = 8\n"),
            "(no error)");
}

Sweep resolve_tasks(const std::vector<std::string>& words) {
  return resolve_sweep(read_job(parse_command_line(words, {})), {});
}

TEST(Sweep, TasksAreJobsInDirectoriesOfTheirOwn) {
  const Sweep sweep =
      resolve_tasks({"--system.name=ising", "--system.beta=0.4", "--output.dir=runs/x",
                     "--sweep.big.system.L=16,32", "--sweep.small.system.L=4"});
  ASSERT_EQ(sweep.tasks.size(), 3U);
  EXPECT_EQ(sweep.directory, "runs/x");
  EXPECT_EQ(sweep.tasks[1].task, "big_L32");
  EXPECT_EQ(sweep.tasks[1].directory(), "runs/x/big_L32");
  EXPECT_EQ(sweep.tasks[1].system.text("L"), "32");
  EXPECT_EQ(sweep.tasks[2].task, "small");
  EXPECT_NE(sweep.tasks[0].run.integer("seed"), sweep.tasks[1].run.integer("seed"));
  EXPECT_NE(resolved_text(sweep.tasks[0]).find("# seed 1 of the sweep"), std::string::npos);
}

TEST(Sweep, ErrorsNameTheTask) {
  try {
    (void)resolve_tasks({"--system.name=ising", "--system.L=4", "--sweep.system.beta=0.4,warm"});
    FAIL();
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(),
                 "--sweep.system.beta=0.4,warm: beta = warm is not a number (task bwarm of the "
                 "sweep)");
  }
}

}  // namespace
}  // namespace nmc::drivers
