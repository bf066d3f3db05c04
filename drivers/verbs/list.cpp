#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"
#include "drivers/catalog/catalog.hpp"
#include "drivers/job/system_observables.hpp"
#include "drivers/verbs/verb.hpp"
#include "drivers/wave/wave_models.hpp"
#include "drivers/wrapped.hpp"

namespace nmc::drivers {
namespace {

template <class Table>
std::size_t widest_name(const Table& table) {
  std::size_t width = 0;
  for (const catalog::Entry& entry : table) width = std::max(width, entry.name.size());
  return width;
}

// A name, or none, and beside it a text of one line or more.
void print_beside(const std::string& name, std::size_t width, const std::string& text) {
  fmt::print("  {:<{}} {}\n", name, width, wrapped(text, width + 3, width + 5));
}

template <class Table>
void list_table(const std::string& kind, const Table& table) {
  fmt::print("{}\n", kind);
  for (const catalog::Entry& entry : table)
    print_beside(entry.name, widest_name(table), entry.summary);
}

/// The systems that have an observable, in words.
std::string owners_of(const std::string& observable,
                      const std::vector<SystemObservables>& systems) {
  std::string owners = systems_with(observable, systems);
  const auto& of_waves = catalog::wave_observable_names();
  const bool is_of_waves = std::ranges::find(of_waves, observable) != of_waves.end() ||
                           observable == "variance" || observable == "v_score" ||
                           observable == "energy_per_site";
  if (is_of_waves) owners += owners.empty() ? "quantum spins" : ", quantum spins";
  return owners.empty() ? "a user's own system" : owners;
}

// Each with a second line, the systems that have it.
void print_observables() {
  std::vector<SystemObservables> systems;
  for (const catalog::SystemEntry& entry : catalog::systems())
    systems.push_back(observables_of(entry));
  std::vector<std::string> spins;
  for (const SystemObservables& system : systems)
    if (system.has_spins) spins.push_back(system.system);
  const std::size_t width = widest_name(catalog::observables());
  fmt::print("observables, with the systems that have them\n");
  for (const catalog::Entry& entry : catalog::observables()) {
    print_beside(entry.name, width, entry.summary);
    print_beside("", width, "of " + owners_of(entry.name, systems));
  }
  fmt::print("{}\n", wrapped(fmt::format("spins: {}", fmt::join(spins, ", ")), 0, 2));
}

}  // namespace

int list_verb(const Invocation& call) {
  const auto& words = call.line.positional;
  const std::string kind = words.empty() ? "" : words[0];
  const std::vector<std::string> kinds{"systems", "models", "samplers", "observables"};
  const bool is_known = kind.empty() || std::ranges::find(kinds, kind) != kinds.end();
  require(is_known && words.size() <= 1,
          fmt::format("nmc list knows systems, models, samplers, observables, not \"{}\"{}", kind,
                      did_you_mean(kind, kinds)));
  const auto wants = [&](const char* name) { return kind.empty() || kind == name; };
  if (wants("systems")) {
    list_table("systems", catalog::systems());
    list_table("quantum systems, of jobs with mode = ground_state", catalog::quantum_systems());
  }
  if (wants("models")) {
    list_table("models", catalog::models());
    list_table("wave functions, of jobs with mode = ground_state", catalog::wave_models());
    std::vector<std::string> networks;
    for (const catalog::Entry& entry : catalog::network_waves()) networks.push_back(entry.name);
    fmt::print("{}\n",
               wrapped(fmt::format("and the square roots of networks that are drawn spin by spin: "
                                   "{}",
                                   fmt::join(networks, ", ")),
                       0, 4));
  }
  if (wants("samplers")) list_table("samplers", catalog::samplers());
  if (wants("observables")) print_observables();
  if (kind.empty()) fmt::print("\nnmc describe NAME shows the options of one of them\n");
  return 0;
}

}  // namespace nmc::drivers
