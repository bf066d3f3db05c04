#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>

#include "core/options/job_file.hpp"
#include "drivers/plan/plan.hpp"
#include "drivers/run/make_plan.hpp"

namespace nmc::drivers {
namespace {

struct Choice {
  std::string system, sampler, model;
  [[nodiscard]] std::string text() const { return system + " x " + sampler + " x " + model; }
};

JobSource source_of(const Choice& choice) {
  JobSource source{"", "job", {}};
  source.given = parse_job_text(
      catalog::find_system(choice.system, "").example + "[sampler]\nname = " + choice.sampler +
          "\nchains = 4\n" + (choice.sampler == "tempering" ? "beta_min = 0.1\n" : "") +
          "[model]\nname = " + choice.model + "\n[run]\nwarmup = 40\n[output]\ndir = " +
          (std::filesystem::path(::testing::TempDir()) / "nmc_no_such_run").string() + "\n",
      "job.ini");
  for (GivenOption& option : source.given) {  // small enough for exact values in no time
    if (option.section == "system" && option.key == "L") option.value = "4";
    if (option.section == "system" && option.key == "N") option.value = "16";
  }
  return source;
}

/// What the program says to the job; empty where it would run it.
std::string refusal_of(const Choice& choice) {
  try {
    const Job job = resolve_job(source_of(choice), {.model = false, .sampler = true});
    const Ranks alone;
    (void)make_plan(job, {.train = true, .sample = true}, alone, false);
    return "";
  } catch (const UserError& error) {
    return error.what();
  }
}

template <class Table>
bool has(const Table& table, const std::string& name) {
  return std::ranges::find(table, name, &catalog::Entry::name) != table.end();
}

/// The jobs that a refusal leads to: what stands behind "use", or "add", as names of the catalogue.
std::vector<Choice> ways_out(const Choice& choice, const std::string& refusal) {
  std::vector<Choice> ways;
  std::string text = refusal;
  const auto composed = refusal.rfind("name = [");
  for (const char* word : {"use ", "Use ", "add "})
    if (const auto at = refusal.rfind(word); at != std::string::npos) text = refusal.substr(at);
  if (composed != std::string::npos) text = refusal.substr(composed);
  const auto bracket = text.find("[metropolis");
  if (bracket != std::string::npos) {
    const auto close = text.find(']', bracket);
    ways.push_back({choice.system, text.substr(bracket, close + 1 - bracket), choice.model});
    text.erase(bracket, close + 1 - bracket);
  }
  std::ranges::replace_if(
      text, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_'; },
      ' ');
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (word == choice.system || word == choice.sampler || word == choice.model) continue;
    if (has(catalog::systems(), word)) ways.push_back({word, choice.sampler, choice.model});
    if (has(catalog::samplers(), word)) ways.push_back({choice.system, word, choice.model});
    if (has(catalog::models(), word)) ways.push_back({choice.system, choice.sampler, word});
  }
  return ways;
}

/// Whether the way leads to a job that runs. A job with several faults may say one after the other.
bool leads_on(const Choice& way, int steps) {
  const std::string refusal = refusal_of(way);
  if (refusal.empty() || steps == 0) return refusal.empty();
  return std::ranges::any_of(ways_out(way, refusal),
                             [&](const Choice& next) { return leads_on(next, steps - 1); });
}

void expect_ways_out(const Choice& choice, int steps = 0) {
  const std::string refusal = refusal_of(choice);
  if (refusal.empty()) return;
  const std::vector<Choice> ways = ways_out(choice, refusal);
  EXPECT_FALSE(ways.empty()) << choice.text() << ": " << refusal;
  for (const Choice& way : ways)
    EXPECT_TRUE(leads_on(way, steps)) << choice.text() << " said: " << refusal << "\nbut "
                                      << way.text() << " is refused: " << refusal_of(way);
}

TEST(WaysOut, OfEverySamplerOnEverySystemWork) {
  for (const auto& system : catalog::systems())
    for (const auto& sampler : catalog::samplers())
      expect_ways_out({system.name, sampler.name, "none"});
}

TEST(WaysOut, OfEveryNetworkOnEverySystemWork) {
  for (const char* system : {"ising", "sherrington_kirkpatrick", "dual_ising", "phi4", "gaussian",
                             "on_lattice", "quadratic", "xy", "ring_angles"})
    for (const auto& model : catalog::models())
      expect_ways_out({system, "independence", model.name});
}

TEST(WaysOut, OfEverySamplerWithEveryNetworkWork) {
  for (const char* system : {"ising", "edwards_anderson", "dual_ising", "mixture", "xy"})
    for (const auto& model : catalog::models())
      for (const char* sampler : {"latent_hmc", "suffix"})
        expect_ways_out({system, sampler, model.name}, 1);
}

}  // namespace
}  // namespace nmc::drivers
