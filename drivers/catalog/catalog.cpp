#include "drivers/catalog/catalog.hpp"

#include <fmt/format.h>

#include "core/options/did_you_mean.hpp"
#include "drivers/catalog/tables.hpp"

namespace nmc::catalog {
namespace {

// Registration happens before main() in the user's translation units, so the table must make
// itself when it is first asked for.
std::vector<SystemEntry>& system_table() {
  static std::vector<SystemEntry> table = make_systems();
  return table;
}

template <class Table>
const auto& find(const Table& table, const std::string& kind, const std::string& name,
                 const std::string& origin) {
  std::vector<std::string> names;
  for (const auto& entry : table) {
    if (entry.name == name) return entry;
    names.push_back(entry.name);
  }
  throw UserError(fmt::format("{}unknown {} \"{}\"{} (nmc list {}s)", origin, kind, name,
                              did_you_mean(name, names), kind));
}

}  // namespace

const std::vector<SystemEntry>& systems() {
  return system_table();
}

const std::vector<ModelEntry>& models() {
  static const std::vector<ModelEntry> table = make_models();
  return table;
}

const std::vector<SamplerEntry>& samplers() {
  static const std::vector<SamplerEntry> table = make_samplers();
  return table;
}

const std::vector<Entry>& observables() {
  static const std::vector<Entry> table = make_observables();
  return table;
}

const SystemEntry& find_system(const std::string& name, const std::string& origin) {
  return find(systems(), "system", name, origin);
}

const ModelEntry& find_model(const std::string& name, const std::string& origin) {
  return find(models(), "model", name, origin);
}

const SamplerEntry& find_sampler(const std::string& name, const std::string& origin) {
  return find(samplers(), "sampler", name, origin);
}

System make_system(const SystemEntry& entry, const Options& options) {
  System system = entry.make(options);
  system.is_boltzmann = system.is_boltzmann || system.spins != nullptr ||
                        system.labels != nullptr || system.angles != nullptr;
  if (!options.has("beta")) return system;
  system.at_beta = [make = entry.make, options](double beta) {
    const Options colder = options.with("beta", fmt::format("{:.17g}", beta));
    return std::make_unique<System>(make(options.has("T") ? colder.without("T") : colder));
  };
  return system;
}

void add_system(SystemEntry entry) {
  for (const auto& other : systems())
    require(other.name != entry.name, "system \"" + entry.name + "\" is registered twice");
  system_table().push_back(std::move(entry));
}

}  // namespace nmc::catalog
