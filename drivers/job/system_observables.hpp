#pragma once

#include <string>
#include <vector>

#include "drivers/catalog/catalog.hpp"

namespace nmc::drivers {

/// What can be measured on a system, of the instance that its example makes.
struct SystemObservables {
  std::string system;
  bool has_spins = false;
  std::vector<std::string> names;     ///< measured ones, then those that the report works out
  std::vector<std::string> defaults;  ///< where output.observables says nothing
};

/// No names where the example makes no system, as of a user's system with keys that it must have.
[[nodiscard]] SystemObservables observables_of(const catalog::SystemEntry& entry);

/// The systems that have an observable: "spins" stands for all systems of spins where all have it.
[[nodiscard]] std::string systems_with(const std::string& observable,
                                       const std::vector<SystemObservables>& systems);

}  // namespace nmc::drivers
