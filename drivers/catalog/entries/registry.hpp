#pragma once

#include "drivers/catalog/entries/entry.hpp"

/// What programs, plug-ins and scripts add to the catalogue, before it is read or between two jobs;
/// register.hpp fills it in.
namespace nmc::catalog {

/// A user's observable: of the systems that `make` does not refuse.
struct ObservableEntry : Entry {
  std::function<std::unique_ptr<Observable>(const System&)> make;
};

void add_system(SystemEntry entry);
/// Takes back what was added under this name by `origin`.
void remove_system(const std::string& name, const std::string& origin);
void add_model(ModelEntry entry);
void add_sampler(SamplerEntry entry);
void add_observable(ObservableEntry entry);

/// What entries are said to come from that are added from now on; "this program" at first.
void set_registering(const std::string& origin);

/// How often something was added: what was read before may have grown old.
[[nodiscard]] std::size_t additions();

/// What was added, in its order.
[[nodiscard]] const std::vector<SystemEntry>& added_systems();
[[nodiscard]] const std::vector<ModelEntry>& added_models();
[[nodiscard]] const std::vector<SamplerEntry>& added_samplers();
[[nodiscard]] const std::vector<ObservableEntry>& added_observables();

}  // namespace nmc::catalog
