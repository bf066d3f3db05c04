#include "drivers/job/system_observables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/options/job_file.hpp"
#include "drivers/job/resolve_named.hpp"

namespace nmc::drivers {
namespace {

bool has(const SystemObservables& system, const std::string& name) {
  return std::ranges::find(system.names, name) != system.names.end();
}

}  // namespace

SystemObservables observables_of(const catalog::SystemEntry& entry) {
  SystemObservables found{entry.name, false, {}, {}};
  try {
    const catalog::SystemEntry* same = nullptr;
    const Options options = resolve_system(parse_job_text(entry.example, entry.name), same);
    const System system = catalog::make_system(entry, options);
    found.has_spins = system.spins != nullptr;
    for (const auto& observable : system.observables) found.names.push_back(observable->name());
    for (const Derived& derived : system.derived) found.names.push_back(derived.name);
    found.defaults = system.default_observables;
  } catch (const UserError&) {
    found.names.clear();
  }
  return found;
}

std::string systems_with(const std::string& observable,
                         const std::vector<SystemObservables>& systems) {
  const bool is_of_spins = std::ranges::all_of(systems, [&](const SystemObservables& system) {
    return !system.has_spins || has(system, observable);
  });
  std::vector<std::string> names;
  if (is_of_spins) names.emplace_back("spins");
  for (const SystemObservables& system : systems)
    if (has(system, observable) && !(is_of_spins && system.has_spins))
      names.push_back(system.system);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace nmc::drivers
