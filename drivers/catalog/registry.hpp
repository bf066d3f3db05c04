#pragma once

#include "drivers/catalog/entry.hpp"

/// What programs and plug-ins add to the catalogue before it is read; register.hpp fills it in.
namespace nmc::catalog {

/// A user's observable: of the systems that `make` does not refuse.
struct ObservableEntry : Entry {
  std::function<std::unique_ptr<Observable>(const System&)> make;
};

void add_system(SystemEntry entry);
void add_model(ModelEntry entry);
void add_sampler(SamplerEntry entry);
void add_observable(ObservableEntry entry);

/// What entries are said to come from that are added from now on; "this program" at first.
void set_registering(const std::string& origin);

/// What was added, in its order.
[[nodiscard]] const std::vector<SystemEntry>& added_systems();
[[nodiscard]] const std::vector<ModelEntry>& added_models();
[[nodiscard]] const std::vector<SamplerEntry>& added_samplers();
[[nodiscard]] const std::vector<ObservableEntry>& added_observables();

}  // namespace nmc::catalog
