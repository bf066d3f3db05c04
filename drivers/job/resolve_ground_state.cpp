#include "drivers/job/resolve_ground_state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/options/job_file.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/job/sections.hpp"
#include "drivers/wave/wave_models.hpp"

namespace nmc::drivers {
namespace {

bool is_quantum(const catalog::SystemEntry& entry) {
  const auto& table = catalog::quantum_systems();
  return std::ranges::find(table, entry.name, &catalog::SystemEntry::name) != table.end();
}

void refuse_sections(const std::vector<GivenOption>& given) {
  for (const GivenOption& option : given)
    if (option.section == "train" || option.section == "anneal")
      throw UserError(
          fmt::format("{}: a job with mode = ground_state has no [{}]: its wave "
                      "function is found by the keys of [ground_state]",
                      option.origin, option.section));
}

Options resolve_wave(const std::vector<GivenOption>& given) {
  const GivenOption* name = find_given(given, "model", "name");
  require(name != nullptr,
          "[model] lacks name: mode = ground_state needs a wave function, name = rbm_wave");
  return resolve_named("model", given, catalog::find_wave(name->value, name->origin + ": "));
}

}  // namespace

bool is_ground_state(const std::vector<GivenOption>& given) {
  const GivenOption* mode = find_given(given, "run", "mode");
  return mode != nullptr && mode->value == "ground_state";
}

bool is_ground_state(const Options& run) {
  return run.text("mode") == "ground_state";
}

GroundStateSections resolve_ground_state(const std::vector<GivenOption>& given) {
  GroundStateSections sections;
  sections.system = resolve_system(given, sections.system_entry);
  if (!is_quantum(*sections.system_entry))
    sections.system.fail("name",
                         fmt::format("{} is a classical density, and mode = ground_state is for "
                                     "quantum systems (nmc list systems): leave mode out",
                                     sections.system_entry->name));
  refuse_sections(given);
  sections.model = resolve_wave(given);
  sections.search = resolve_fixed("ground_state", given);
  sections.sampler = resolve_section("sampler", given, catalog::wave_sampler_options(),
                                     "(mode = ground_state has chains, moves, magnetisation and "
                                     "inversions)");
  return sections;
}

void refuse_quantum(const Options& system, const catalog::SystemEntry& entry) {
  if (!is_quantum(entry)) return;
  system.fail("name",
              fmt::format("{} is a quantum system, which has no density before its wave function "
                          "is found: write mode = ground_state below [run] and [model] with name "
                          "= rbm_wave, or ask for exact values, nmc exact",
                          entry.name));
}

}  // namespace nmc::drivers
