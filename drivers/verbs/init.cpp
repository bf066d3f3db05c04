#include "drivers/verbs/init.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "core/archive/publish.hpp"
#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"
#include "core/options/job_file.hpp"
#include "drivers/catalog/composition.hpp"
#include "drivers/compare/rivals.hpp"
#include "drivers/format.hpp"
#include "drivers/init/ground_state_job.hpp"
#include "drivers/init/job_text.hpp"
#include "drivers/init/pilot.hpp"
#include "drivers/job/network_for.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/run/estimate.hpp"
#include "drivers/run/make_plan.hpp"

namespace nmc::drivers {
namespace {

constexpr Phases kPhases{.train = true, .sample = true, .must_train = false};
constexpr double kPilotSeconds = 2, kRunSeconds = 60;
constexpr double kIndependent = 10000;  // of all chains together

bool is_given(const JobSource& source, const std::string& section, const std::string& key) {
  return std::ranges::any_of(source.given, [&](const GivenOption& option) {
    return option.section == section && option.key == key;
  });
}

void add(JobSource& source, const std::string& section, const std::string& key,
         const std::string& value) {
  if (!is_given(source, section, key)) source.given.push_back({section, key, value, "nmc init"});
}

const catalog::SystemEntry& find_system(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& entry : catalog::systems()) {
    if (entry.name == name) return entry;
    known.push_back(entry.name);
  }
  for (const auto& entry : catalog::quantum_systems()) known.push_back(entry.name);
  throw UserError(fmt::format("{}: no system of this name{} (nmc list systems)", name,
                              did_you_mean(name, known)));
}

/// A network that suits the sampler and the system, as its example has it.
void add_network(const catalog::SamplerEntry& sampler, const catalog::SystemEntry& system,
                 JobSource& source) {
  if (!is_given(source, "model", "name")) {
    const std::string name =
        network_for(sampler, resolve_named("sampler", source.given, sampler), system);
    require(!name.empty(), fmt::format("{}: no network is known for {}; name one, --model.name=",
                                       sampler.name, system.name));
    add(source, "model", "name", name);
  }
  const auto named = std::ranges::find_if(source.given, [](const GivenOption& option) {
    return option.section == "model" && option.key == "name";
  });
  const std::string name = named->value;
  for (const auto& entry : catalog::models())
    if (entry.name == name)
      for (const GivenOption& option : parse_job_text(entry.example, entry.name))
        add(source, option.section, option.key, option.value);
}

/// The values that make a job of the words of the command line.
JobSource make_source(const CommandLine& line) {
  JobSource source{"", "job", line.overrides};
  const catalog::SystemEntry& entry = find_system(line.positional[0]);
  for (const GivenOption& option : parse_job_text(entry.example, entry.name))
    add(source, "system", option.key, option.value);
  const catalog::SystemEntry* same = nullptr;
  const Options options = resolve_system(source.given, same);
  const System system = catalog::make_system(entry, options);
  Rival rival = rivals_of(system).front();
  if (line.positional.size() > 1 && line.positional[1] != rival.name)
    rival = {line.positional[1], {}, "500"};
  add(source, "sampler", "name", rival.name);
  for (const auto& [key, value] : rival.keys) add(source, "sampler", key, value);
  const catalog::SamplerEntry sampler = catalog::named_or_composed(rival.name, "nmc init");
  if (sampler.needs_model) add_network(sampler, entry, source);
  constexpr double kMostSpins = 1 << 20, kUsual = 64, kFew = 4;
  const double chains = kMostSpins / static_cast<double>(system.target->sites());
  add(source, "sampler", "chains",
      fmt::format("{:.0f}", std::floor(std::clamp(chains, kFew, kUsual))));
  add(source, "run", "warmup", rival.warmup);
  return source;
}

/// Draws for some ten thousand independent ones, or a minute.
Index draws_of(const Pilot& pilot) {
  const auto chains = static_cast<double>(pilot.chains);
  const double tau = std::isnan(pilot.tau) ? 0.5 : pilot.tau;
  const double enough = kIndependent * 2 * tau / chains;
  const double each = (pilot.cpu_seconds - pilot.warmup_seconds) / static_cast<double>(pilot.draws);
  const double draws = std::min(enough, kRunSeconds / each);
  // Two digits, and chains that are some tau long.
  const double least = std::max(100.0, 100 * tau);
  const double unit = std::pow(10, std::floor(std::log10(std::max(draws, least))) - 1);
  return static_cast<Index>(std::ceil(std::max(draws, least) / unit) * unit);
}

std::vector<std::string> remarks_of(const Pilot& pilot, Index draws) {
  const auto chains = static_cast<double>(pilot.chains), n = static_cast<double>(pilot.draws);
  const double each = (pilot.cpu_seconds - pilot.warmup_seconds) / n;
  if (std::isnan(pilot.tau))
    return {
        fmt::format("Tried here: {} draws of {} chains took {:.2g} CPU s, in which nothing "
                    "moved: another sampler, or a longer warm-up (docs/choosing.md).",
                    pilot.draws, pilot.chains, pilot.cpu_seconds)};
  return {fmt::format(
      "Measured here: {} draws of {} chains took {:.2g} CPU s, and tau of {}, the slowest "
      "observable, was {}{:.2g} draws. The {} draws below take about {:.2g} CPU s and are worth "
      "about {} independent ones.",
      pilot.draws, pilot.chains, pilot.cpu_seconds, pilot.observable,
      pilot.is_short ? "at least " : "", pilot.tau, draws,
      pilot.warmup_seconds + each * static_cast<double>(draws),
      short_count(static_cast<double>(draws) * chains / (2 * pilot.tau)))};
}

// What stands in the file of a job without a network, after a pilot run.
std::string measured_text(JobSource source) {
  const bool has_draws = is_given(source, "run", "draws");
  JobSource probe = source;
  add(probe, "run", "draws", "1000");
  const Ranks alone;
  const Plan plan = make_plan(resolve_job(probe, {false, true}), kPhases, alone, false);
  const Pilot pilot = run_pilot(plan, kPilotSeconds);
  if (!has_draws) add(source, "run", "draws", fmt::format("{}", draws_of(pilot)));
  const Job job = resolve_job(source, {false, true});
  return commented_job(job, remarks_of(pilot, job.run.integer("draws")));
}

std::string network_text(JobSource source) {
  add(source, "run", "draws", "1000");
  const Job job = resolve_job(source, {true, true});
  const Ranks alone;
  const Plan plan = make_plan(job, kPhases, alone, false);
  const double seconds = estimate_training(job, plan).seconds;
  return commented_job(
      job, {fmt::format("The {} steps of training take about {:.2g} CPU s here. What the network "
                        "is worth is known after it: nmc report, and nmc compare, which holds it "
                        "against the samplers without one (docs/choosing.md).",
                        job.train.text("steps"), seconds)});
}

std::string job_text_of(const CommandLine& line) {
  for (const catalog::SystemEntry& entry : catalog::quantum_systems())
    if (entry.name == line.positional[0]) return ground_state_job(line, entry);
  const JobSource source = make_source(line);
  const bool has_network = is_given(source, "model", "name");
  return has_network ? network_text(source) : measured_text(source);
}

}  // namespace

int init_verb(const Invocation& call) {
  const std::vector<std::string>& words = call.line.positional;
  require(!words.empty() && words.size() <= 2,
          "nmc init takes a system and, if you like, a sampler: nmc init ising wolff "
          "--system.L=32 (nmc list systems)");
  const std::string file = call.line.value("output");
  require(file.empty() || !std::filesystem::exists(file),
          fmt::format("{} is there already: choose another name, or remove it", file));
  const std::string text = job_text_of(call.line);
  if (file.empty())
    std::fputs(text.c_str(), stdout);
  else
    archive::publish_text(file, text);
  return 0;
}

}  // namespace nmc::drivers
