#include "drivers/job/job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "core/options/job_file.hpp"
#include "core/options/paths.hpp"
#include "drivers/catalog/composition.hpp"
#include "drivers/job/network_for.hpp"
#include "drivers/job/resolve_ground_state.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/job/sections.hpp"
#include "drivers/job/stop_options.hpp"
#include "drivers/job/task_numbers.hpp"

namespace nmc::drivers {
namespace {

void resolve_model(const std::vector<GivenOption>& given, const Needs& needs, Job& job) {
  const GivenOption* name = find_given(given, "model", "name");
  if (name == nullptr || name->value == "none") {
    require(!needs.model, "[model] lacks name: there is no network to train (nmc list models)");
    job.model = resolve_fixed("model", given);
    return;
  }
  job.model_entry = &catalog::find_model(name->value, name->origin + ": ");
  job.model = resolve_named("model", given, *job.model_entry);
}

std::optional<catalog::SamplerEntry> find_inner(const std::vector<GivenOption>& given,
                                                const catalog::SamplerEntry& outer) {
  if (!outer.has_inner) return std::nullopt;
  const GivenOption* named = find_given(given, "sampler", "inner");
  if (named == nullptr)
    return catalog::find_sampler(
        std::ranges::find(outer.options, "inner", &OptionSpec::name)->fallback, "");
  catalog::SamplerEntry inner = catalog::named_or_composed(named->value, named->origin + ": ");
  require(!inner.is_latent,
          fmt::format("{}: {} cannot be tempered, it walks in the latent space of one temperature; "
                      "use heat_bath, metropolis, hmc, independence or suffix",
                      named->origin, named->value));
  if (catalog::is_composition(named->value)) catalog::refuse_bare_keys(inner, given);
  return inner;
}

void find_sampler(const std::vector<GivenOption>& given, const GivenOption& name, Job& job) {
  const std::string origin = name.origin + ": ";
  if (catalog::is_composition(name.value)) {
    job.composition =
        std::make_unique<const catalog::SamplerEntry>(catalog::compose(name.value, origin));
    job.sampler_entry = job.composition.get();
    catalog::refuse_bare_keys(*job.composition, given);
  } else {
    job.sampler_entry = &catalog::find_sampler(name.value, origin);
  }
}

[[noreturn]] void ask_for_network(const GivenOption& sampler, const Job& job) {
  const std::string model = network_for(*job.sampler_entry, job.sampler, *job.system_entry);
  const std::string& system = job.system_entry->name;
  if (model.empty())
    throw UserError(
        fmt::format("{}: sampler {} draws from a network, and no kind of network does for {}: use "
                    "metropolis",
                    sampler.origin, sampler.value, system));
  if (job.model.has("file") && job.model.is_given("file"))
    job.model.fail("file", fmt::format("a file alone does not say which network the job is of: add "
                                       "[model] with its name, as in the resolved.ini beside {}",
                                       job.model.text("file")));
  throw UserError(
      fmt::format("{}: sampler {} draws from a network and the job has none: add [model] with name "
                  "= {}, or another that draws {} (nmc list models)",
                  sampler.origin, sampler.value, model, system));
}

void resolve_sampler(const std::vector<GivenOption>& given, const Needs& needs, Job& job) {
  const GivenOption* name = find_given(given, "sampler", "name");
  if (name == nullptr) {
    require(!needs.sampler,
            "[sampler] lacks name: write name = metropolis below [sampler], or "
            "--sampler.name=metropolis (nmc list samplers)");
    return;
  }
  find_sampler(given, *name, job);
  const std::optional<catalog::SamplerEntry> inner = find_inner(given, *job.sampler_entry);
  if (inner && inner->needs_model) {
    catalog::SamplerEntry outer = *job.sampler_entry;
    outer.needs_model = true;
    job.composition = std::make_unique<const catalog::SamplerEntry>(std::move(outer));
    job.sampler_entry = job.composition.get();
  }
  job.sampler = resolve_named("sampler", given, *job.sampler_entry, inner ? &*inner : nullptr);
  if (job.sampler_entry->needs_model && job.model_entry == nullptr) ask_for_network(*name, job);
}

// Its search is what the training is to others.
void take_ground_state(const std::vector<GivenOption>& given, const Needs& needs, Job& job) {
  require(!needs.anneal, "a ground state is not annealed: nmc run JOB");
  GroundStateSections sections = resolve_ground_state(given);
  job.system = std::move(sections.system);
  job.system_entry = sections.system_entry;
  job.model = std::move(sections.model);
  job.train = std::move(sections.search);
  job.sampler = std::move(sections.sampler);
}

void resolve_sampling(const std::vector<GivenOption>& given, const Needs& needs, Job& job) {
  if (const auto search = std::ranges::find(given, "ground_state", &GivenOption::section);
      search != given.end())
    throw UserError(
        fmt::format("{}: [ground_state] is for quantum systems: write mode = "
                    "ground_state below [run]",
                    search->origin));
  job.system = resolve_system(given, job.system_entry);
  refuse_quantum(job.system, *job.system_entry);
  resolve_model(given, needs, job);
  job.train = resolve_fixed("train", given);
  resolve_sampler(given, needs, job);
  if (needs.anneal || std::ranges::find(given, "anneal", &GivenOption::section) != given.end())
    job.anneal = resolve_fixed("anneal", given);
}

}  // namespace

Job resolve_job(const JobSource& source, const Needs& needs) {
  require(!has_sweep(source.given), "a job with [sweep] is not one job but many");
  const std::vector<GivenOption>& given = source.given;
  if (const auto learn = std::ranges::find(given, "learn", &GivenOption::section);
      learn != given.end())
    throw UserError(
        fmt::format("{}: a job with [learn] trains a Boltzmann machine on data: nmc "
                    "train JOB",
                    learn->origin));
  if (const auto shots = std::ranges::find(given, "tomography", &GivenOption::section);
      shots != given.end())
    throw UserError(fmt::format(
        "{}: a job with [tomography] learns a state from shots: nmc run JOB", shots->origin));
  Job job;
  job.text = source.text;
  job.name = source.name;
  if (is_ground_state(given))
    take_ground_state(given, needs, job);
  else
    resolve_sampling(given, needs, job);
  job.run = resolve_fixed("run", given);
  if (std::ranges::find(given, "stop", &GivenOption::section) != given.end())
    job.stop = resolve_stop(given);
  job.output = resolve_fixed("output", given);
  return job;
}

namespace {

Job resolve_task(const JobSource& source, const SweepPoint& point, const Needs& needs) {
  JobSource own{"", source.name, point.settings};
  std::ranges::copy_if(source.given, std::back_inserter(own.given),
                       [](const auto& option) { return !is_sweep_section(option.section); });
  Job job;
  try {
    job = resolve_job(own, needs);
  } catch (const UserError& error) {
    throw UserError(fmt::format("{} (task {} of the sweep)", error.what(), point.name));
  }
  const Index seed = job.run.integer("seed");
  job.task = point.name;
  job.run = job.run.with("seed", std::to_string(task_seed(seed, point.settings)),
                         fmt::format("seed {} of the sweep and the values of this task", seed));
  job.output = job.output.with("dir", (job.directory() / point.name).string(),
                               "directory of the sweep and name of this task");
  job.text = resolved_text(job);
  return job;
}

}  // namespace

Sweep resolve_sweep(const JobSource& source, const Needs& needs) {
  Sweep sweep{source.text, {}, {}};
  for (const SweepPoint& point : expand_sweep(source.given))
    sweep.tasks.push_back(resolve_task(source, point, needs));
  sweep.directory = sweep.tasks.front().directory().parent_path();
  return sweep;
}

Sweep resolve_tasks(const JobSource& source, const Needs& needs, const std::string& numbers) {
  require(has_sweep(source.given),
          "--tasks names tasks of a sweep, and the job has no [sweep]: leave it out");
  const std::vector<SweepPoint> points = expand_sweep(source.given);
  Sweep part{source.text, {}, {}};
  for (const std::size_t number : task_numbers(numbers, points.size()))
    part.tasks.push_back(resolve_task(source, points[number], needs));
  if (!part.tasks.empty()) part.directory = part.tasks.front().directory().parent_path();
  return part;
}

std::filesystem::path Job::directory() const {
  return output_directory(output.text("dir"), name);
}

std::vector<const Options*> Job::sections() const {
  return {&system, &model, &train, &sampler, &anneal, &run, &stop, &output};
}

std::string resolved_text(const Job& job) {
  std::string text;
  for (const Options* section : job.sections()) {
    if (section->all().empty()) continue;
    text += fmt::format("[{}]\n", section->section());
    for (const ResolvedOption& option : section->all())
      text += fmt::format("{:<32}  # {}\n", option.spec.name + " = " + stored_value(option),
                          option.origin);
  }
  return text;
}

}  // namespace nmc::drivers
