#include "drivers/init/ground_state_job.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/options/job_file.hpp"
#include "drivers/init/job_text.hpp"
#include "drivers/job/job.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/run/make_plan.hpp"
#include "drivers/search/search_probe.hpp"

namespace nmc::drivers {
namespace {

/// What was not given already.
void offer(JobSource& source, const std::string& section, const std::string& key,
           const std::string& value) {
  const bool is_there = std::ranges::any_of(source.given, [&](const GivenOption& option) {
    return option.section == section && option.key == key;
  });
  if (!is_there) source.given.push_back({section, key, value, "nmc init"});
}

/// Weights that the symmetries of the system tie.
void offer_machine(const System& system, JobSource& source) {
  offer(source, "model", "alpha", "2");
  if (system.periodic.has_modes()) offer(source, "model", "tied", "true");
  const bool is_even = std::ranges::any_of(
      system.identities, [](const auto& identity) { return identity.first == "m"; });
  if (is_even) offer(source, "model", "even", "true");
}

}  // namespace

std::string ground_state_job(const CommandLine& line, const catalog::SystemEntry& entry) {
  JobSource source{"", "job", line.overrides};
  for (const GivenOption& option : parse_job_text(entry.example, entry.name))
    offer(source, "system", option.key, option.value);
  const catalog::SystemEntry* same = nullptr;
  const System system = catalog::make_system(entry, resolve_system(source.given, same));
  const std::string name = line.positional.size() > 1 ? line.positional[1] : "rbm_wave";
  offer(source, "model", "name", name);
  if (name == "rbm_wave") offer_machine(system, source);
  offer(source, "run", "mode", "ground_state");
  offer(source, "run", "warmup", "200");
  offer(source, "run", "draws", "2000");
  offer(source, "ground_state", "shift", "1e-3");
  offer(source, "sampler", "chains", "64");
  const Job job = resolve_job(source, {});
  const Ranks alone;
  const Plan plan =
      make_plan(job, {.train = true, .sample = true, .must_train = false}, alone, false);
  const SearchCost cost = probe_search(job, plan);
  return commented_job(
      job,
      {fmt::format("Measured here: the {} steps of the search, of {} samples and {} parameters, "
                   "take about {:.2g} CPU s. How good psi is the variance says, 0 for an "
                   "eigenstate, and z to the exact energy where there is one.",
                   job.train.text("steps"), job.train.text("samples"),
                   std::as_const(*plan.wave).parameters().size(), cost.seconds)});
}

}  // namespace nmc::drivers
