#include "drivers/catalog/catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>

#include "core/options/did_you_mean.hpp"
#include "drivers/catalog/entries/registry.hpp"
#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/systems/quantum_systems.hpp"

namespace nmc::catalog {
namespace {

bool is_word(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '_';
  });
}

/// Names that results have by themselves, whatever the system is.
bool is_reserved(const std::string& kind, const std::string& name) {
  constexpr std::array kStatistics{"lp", "log_weight", "chain", "draw"};
  return kind == "observable" && std::ranges::find(kStatistics, name) != kStatistics.end();
}

/// nmc's own entries, then those that were added.
template <class Listed, class Added>
std::vector<Listed> joined(const std::string& kind, std::vector<Listed> table,
                           const std::vector<Added>& added) {
  for (const Added& entry : added) {
    require(is_word(entry.name),
            fmt::format("{} \"{}\" of {}: a name is letters, digits and _, so that a job can say "
                        "it: rename it",
                        kind, entry.name, entry.origin));
    const auto taken = std::ranges::find(table, entry.name, &Listed::name);
    const bool is_own = taken != table.end() && taken->origin.empty();
    require(!is_own && !is_reserved(kind, entry.name),
            fmt::format("{} registers {} \"{}\", which is a name of nmc's own (nmc list {}s): "
                        "register it under another name",
                        entry.origin, kind, entry.name, kind));
    require(taken == table.end(),
            fmt::format("{} \"{}\" is registered twice, by {} and by {}: rename one of them, or "
                        "leave one out",
                        kind, entry.name, taken == table.end() ? "" : taken->origin, entry.origin));
    table.push_back(entry);
  }
  return table;
}

/// Entries that are made anew where something was added since.
template <class Listed>
class Table {
 public:
  template <class Make>
  const std::vector<Listed>& of(const Make& make) {
    if (made_ && *made_ == additions()) return entries_;
    made_.reset();
    entries_ = make();
    made_ = additions();
    return entries_;
  }

 private:
  std::vector<Listed> entries_;
  std::optional<std::size_t> made_;
};

template <class Entries>
const auto& find(const Entries& table, const std::string& kind, const std::string& name,
                 const std::string& origin) {
  std::vector<std::string> names;
  for (const auto& entry : table) {
    if (entry.name == name) return entry;
    names.push_back(entry.name);
  }
  throw UserError(fmt::format("{}unknown {} \"{}\"{} (nmc list {}s)", origin, kind, name,
                              did_you_mean(name, names), kind));
}

System with_added(System system) {
  for (const ObservableEntry& entry : added_observables()) {
    try {
      system.observables.push_back(entry.make(system));
    } catch (const UserError&) {  // not of this system: why_without() says why
    }
  }
  return system;
}

}  // namespace

const std::vector<SystemEntry>& systems() {
  static Table<SystemEntry> table;
  return table.of([] { return joined("system", make_systems(), added_systems()); });
}

const std::vector<SystemEntry>& quantum_systems() {
  static const std::vector<SystemEntry> table = make_quantum_systems();
  return table;
}

const std::vector<ModelEntry>& models() {
  static Table<ModelEntry> table;
  return table.of([] { return joined("model", make_models(), added_models()); });
}

const std::vector<SamplerEntry>& samplers() {
  static Table<SamplerEntry> table;
  return table.of([] { return joined("sampler", make_samplers(), added_samplers()); });
}

const std::vector<Entry>& observables() {
  static Table<Entry> table;
  return table.of([] { return joined("observable", make_observables(), added_observables()); });
}

const SystemEntry& find_system(const std::string& name, const std::string& origin) {
  std::vector<std::string> names;
  for (const auto* table : {&systems(), &quantum_systems()})
    for (const SystemEntry& entry : *table) {
      if (entry.name == name) return entry;
      names.push_back(entry.name);
    }
  throw UserError(fmt::format("{}unknown system \"{}\"{} (nmc list systems)", origin, name,
                              did_you_mean(name, names)));
}

const ModelEntry& find_model(const std::string& name, const std::string& origin) {
  if (name == "vae" || name == "gan")
    throw UserError(fmt::format(
        "{}model {} draws and does not know ln q of its draws: without it a Metropolis step has no "
        "ratio, and it cannot propose. It learns from data by [learn] machine = {}; to propose "
        "take "
        "a flow or an autoregressive network (nmc list models)",
        origin, name, name));
  if (name == "jastrow" || name.ends_with("_wave"))
    throw UserError(fmt::format(
        "{}model {} is a wave function, of run.mode = ground_state: its |psi|^2 is walked on, real "
        "or complex, and not drawn with a known ln q, so that it cannot propose. To propose take "
        "a network that is drawn, such as rnn, made or mps (nmc list models)",
        origin, name));
  return find(models(), "model", name, origin);
}

const SamplerEntry& find_sampler(const std::string& name, const std::string& origin) {
  return find(samplers(), "sampler", name, origin);
}

System make_system(const SystemEntry& entry, const Options& options) {
  System system = with_added(entry.make(options));
  system.is_boltzmann = system.is_boltzmann || system.spins != nullptr ||
                        system.labels != nullptr || system.angles != nullptr;
  if (!options.has("beta")) return system;
  system.at_beta = [make = entry.make, options](double beta) {
    const Options colder = options.with("beta", fmt::format("{:.17g}", beta));
    return std::make_unique<System>(
        with_added(make(options.has("T") ? colder.without("T") : colder)));
  };
  return system;
}

std::string why_without(const std::string& observable, const System& system) {
  const auto& added = added_observables();
  const auto entry = std::ranges::find(added, observable, &ObservableEntry::name);
  if (entry == added.end()) return "";
  try {
    (void)entry->make(system);
    return "";
  } catch (const UserError& error) {
    return fmt::format("; {}: {}", observable, error.what());
  }
}

}  // namespace nmc::catalog
