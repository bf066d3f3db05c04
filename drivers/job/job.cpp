#include "drivers/job/job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "core/options/did_you_mean.hpp"
#include "core/options/job_file.hpp"
#include "core/options/parse_values.hpp"
#include "drivers/job/sections.hpp"

namespace nmc::drivers {
namespace {

const GivenOption* find_given(const std::vector<GivenOption>& given, const std::string& section,
                              const std::string& key) {
  const auto it = std::ranges::find_if(
      given, [&](const auto& option) { return option.section == section && option.key == key; });
  return it == given.end() ? nullptr : &*it;
}

void refuse_unknown_sections(const std::vector<GivenOption>& given) {
  const auto& names = section_names();
  for (const GivenOption& option : given) {
    if (std::ranges::find(names, option.section) == names.end())
      throw UserError(fmt::format("{}: unknown section [{}]{}", option.origin, option.section,
                                  did_you_mean(option.section, names)));
    if (option.section == "sweep") {
      try {
        (void)parse_range(option.value);
      } catch (const UserError& error) {
        throw UserError(option.origin + ": " + error.what());
      }
    }
    if (option.section == "sweep" || option.section == "stop")
      throw UserError(fmt::format(
          "{}: [{}] arrives with a later version; leave it out and {}", option.origin,
          option.section, option.section == "sweep" ? "run one job per point" : "set run.draws"));
  }
}

Options resolve_fixed(const std::string& section, const std::vector<GivenOption>& given) {
  return resolve_section(section, given, section_options(section),
                         "(nmc describe " + section + ")");
}

// The keys of `inner` come after; those that both have are the outer one's.
Options resolve_named(const std::string& section, const std::vector<GivenOption>& given,
                      const catalog::Entry& entry, const catalog::Entry* inner = nullptr) {
  std::vector<OptionSpec> specs = section_options(section);
  specs.insert(specs.end(), entry.options.begin(), entry.options.end());
  const auto has = [&](const OptionSpec& spec) {
    return std::ranges::any_of(specs, [&](const auto& other) { return other.name == spec.name; });
  };
  if (inner != nullptr)
    std::ranges::copy_if(inner->options, std::back_inserter(specs), std::not_fn(has));
  return resolve_section(section, given, specs, "(nmc describe " + entry.name + ")");
}

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

const catalog::SamplerEntry* find_inner(const std::vector<GivenOption>& given,
                                        const catalog::SamplerEntry& outer) {
  if (!outer.has_inner) return nullptr;
  if (const GivenOption* inner = find_given(given, "sampler", "inner"))
    return &catalog::find_sampler(inner->value, inner->origin + ": ");
  const auto spec = std::ranges::find(outer.options, "inner", &OptionSpec::name);
  return &catalog::find_sampler(spec->fallback, "");
}

void resolve_sampler(const std::vector<GivenOption>& given, const Needs& needs, Job& job) {
  const GivenOption* name = find_given(given, "sampler", "name");
  if (name == nullptr) {
    require(!needs.sampler, "[sampler] lacks name (nmc list samplers)");
    return;
  }
  job.sampler_entry = &catalog::find_sampler(name->value, name->origin + ": ");
  job.sampler =
      resolve_named("sampler", given, *job.sampler_entry, find_inner(given, *job.sampler_entry));
  if (job.sampler_entry->needs_model && job.model_entry == nullptr)
    throw UserError(
        fmt::format("{}: sampler {} draws from a network and the job has none: add "
                    "[model] (nmc list models)",
                    name->origin, name->value));
}

}  // namespace

Options resolve_system(const std::vector<GivenOption>& given, const catalog::SystemEntry*& entry) {
  const GivenOption* name = find_given(given, "system", "name");
  require(name != nullptr, "[system] lacks name (nmc list systems)");
  entry = &catalog::find_system(name->value, name->origin + ": ");
  return resolve_named("system", given, *entry);
}

Job resolve_job(const CommandLine& line, const Needs& needs) {
  require(line.positional.size() <= 1,
          fmt::format("one job at a time: \"{}\" is too many",
                      line.positional.empty() ? "" : line.positional.back()));
  Job job;
  job.name = "job";
  std::vector<GivenOption> given = line.overrides;
  if (!line.positional.empty()) {
    const JobFile file = read_job_file(line.positional[0]);
    job.text = file.text;
    job.name = file.path.stem().string();
    given = merge(line.overrides, file.values);
  }
  require(!given.empty(), "nothing to do: name a job file (nmc run examples/dual_ising_L4.ini)");
  refuse_unknown_sections(given);
  job.system = resolve_system(given, job.system_entry);
  resolve_model(given, needs, job);
  job.train = resolve_fixed("train", given);
  resolve_sampler(given, needs, job);
  job.run = resolve_fixed("run", given);
  job.output = resolve_fixed("output", given);
  return job;
}

std::filesystem::path Job::directory() const {
  const std::string& dir = output.text("dir");
  return dir.empty() ? std::filesystem::path("runs") / name : std::filesystem::path(dir);
}

std::vector<const Options*> Job::sections() const {
  return {&system, &model, &train, &sampler, &run, &output};
}

std::string resolved_text(const Job& job) {
  std::string text;
  for (const Options* section : job.sections()) {
    if (section->all().empty()) continue;
    text += fmt::format("[{}]\n", section->section());
    for (const ResolvedOption& option : section->all())
      text += fmt::format("{:<32}  # {}\n", option.spec.name + " = " + option.value, option.origin);
  }
  return text;
}

}  // namespace nmc::drivers
