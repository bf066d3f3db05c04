#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"
#include "core/options/job_file.hpp"
#include "drivers/catalog/catalog.hpp"
#include "drivers/catalog/samplers/classical.hpp"
#include "drivers/job/job.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/job/sections.hpp"
#include "drivers/job/system_observables.hpp"
#include "drivers/verbs/verb.hpp"
#include "drivers/wave/wave_models.hpp"
#include "drivers/wrapped.hpp"

namespace nmc::drivers {
namespace {

struct Described {
  std::string kind;
  const catalog::Entry* entry;
};

std::vector<Described> everything() {
  std::vector<Described> all;
  for (const auto& entry : catalog::systems()) all.push_back({"system", &entry});
  for (const auto& entry : catalog::quantum_systems()) all.push_back({"quantum system", &entry});
  for (const auto& entry : catalog::models()) all.push_back({"model", &entry});
  for (const auto& entry : catalog::wave_models()) all.push_back({"wave function", &entry});
  for (const auto& entry : catalog::samplers()) all.push_back({"sampler", &entry});
  for (const auto& entry : catalog::observables()) all.push_back({"observable", &entry});
  for (const auto& entry : section_entries()) all.push_back({"section", &entry});
  return all;
}

void print_options(const std::string& head, const std::vector<OptionSpec>& options) {
  if (options.empty()) return;
  fmt::print("\n{}\n", head);
  for (const OptionSpec& spec : options) {
    const std::string fallback = spec.is_required        ? "required"
                                 : spec.fallback.empty() ? "default: none"
                                                         : "default " + spec.fallback;
    constexpr std::size_t kHelp = 21, kMore = 23;
    fmt::print("  {:<18} {}\n", spec.name,
               wrapped(spec.help, std::max(kHelp, spec.name.size() + 3), kMore));
    const std::string values = type_words(spec) + "; " + fallback;
    fmt::print("{:{}}{}\n", "", kHelp, wrapped(values, kHelp, kMore));
  }
}

// Of the example's system.
std::string classical(const catalog::Entry& entry) {
  const catalog::SystemEntry* system = nullptr;
  const Options options = resolve_system(parse_job_text(entry.example, "the example"), system);
  return catalog::classical_words(catalog::make_system(*system, options));
}

// Names in lines that a terminal takes whole.
void print_names(const std::string& head, const std::vector<std::string>& names) {
  if (names.empty()) return;
  fmt::print("\n{}\n  {}\n", head, wrapped(fmt::format("{}", fmt::join(names, ", ")), 2, 2));
}

void describe_observables(const catalog::Entry& entry) {
  const auto& systems = catalog::systems();
  const SystemObservables found =
      observables_of(*std::ranges::find(systems, entry.name, &catalog::SystemEntry::name));
  print_names("observables", found.names);
  print_names("of which are measured by default", found.defaults);
}

void print_described(const Described& described) {
  const auto& [kind, entry] = described;
  fmt::print("{} ({})\n{}\n", entry->name, kind, wrapped(entry->summary, 0, 0));
  const bool is_section = kind == "section";
  const std::string section = kind == "quantum system"  ? "system"
                              : kind == "wave function" ? "model"
                                                        : kind;
  print_options(fmt::format("keys of [{}]", is_section ? entry->name : section), entry->options);
  if (!is_section)
    print_options(fmt::format("keys of every [{}]", section), section_options(section));
  if (is_section && entry->name == "ground_state")
    print_options("keys of the [sampler] of a search", catalog::wave_sampler_options());
  if (kind == "system") describe_observables(*entry);
  if (kind == "quantum system")
    print_names("observables of its ground state", catalog::wave_observable_names());
  if (kind == "system") fmt::print("\nwithout a network\n  {}\n", wrapped(classical(*entry), 2, 2));
  if (!entry->example.empty()) fmt::print("\nexample\n{}", entry->example);
}

}  // namespace

int describe_verb(const Invocation& call) {
  const auto& words = call.line.positional;
  require(words.size() == 1, "nmc describe takes one name (nmc list)");
  bool is_found = false;
  std::vector<std::string> names;
  for (const Described& described : everything()) {
    names.push_back(described.entry->name);
    if (described.entry->name != words[0]) continue;
    if (is_found) fmt::print("\n");
    print_described(described);
    is_found = true;
  }
  require(is_found,
          fmt::format("there is no \"{}\"{} (nmc list)", words[0], did_you_mean(words[0], names)));
  return 0;
}

}  // namespace nmc::drivers
