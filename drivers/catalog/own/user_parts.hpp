#pragma once

#include <memory>
#include <string>
#include <utility>

#include "drivers/catalog/entries/user_system.hpp"
#include "physics/exact/enumerate_states.hpp"

/// What the entries of a user's Hamiltonians are made of.
namespace nmc::catalog {

/// A system with its beta, still without a target.
[[nodiscard]] System start_user(const std::string& name, const Options& options);

/// Exact values by enumeration, for a target of states that can be counted, which must live.
template <class States>
[[nodiscard]] auto by_enumeration(const States& target) {
  return [&target](const ExactEffort& effort) {
    return enumerate_states({target.support(), target.sites(), target.beta(),
                             [&target](const Batch& s) { return target.energy(s); }},
                            effort);
  };
}

/// The entry whose systems are make_system(name, make, values), and their targets at other betas
/// target(make(values), beta).
template <class Hamiltonian, class MakeSystem, class MakeTarget>
[[nodiscard]] SystemEntry user_entry_of(const UserKeys& keys, const Make<Hamiltonian>& make,
                                        MakeSystem make_system, MakeTarget target) {
  SystemEntry entry = user_entry(keys);
  entry.make = [name = keys.name, make, make_system](const Options& values) {
    return make_system(name, make, values);
  };
  entry.family = beta_family(
      [make, target](const Options& values, double beta) { return target(make(values), beta); });
  return entry;
}

/// The same of a target that is made of the Hamiltonian as it is.
template <class Target, class Hamiltonian, class MakeSystem>
[[nodiscard]] SystemEntry user_entry_for(const UserKeys& keys, const Make<Hamiltonian>& make,
                                         MakeSystem make_system) {
  return user_entry_of(keys, make, make_system,
                       [](std::unique_ptr<Hamiltonian> hamiltonian, double beta) {
                         return std::make_unique<Target>(std::move(hamiltonian), beta);
                       });
}

}  // namespace nmc::catalog
