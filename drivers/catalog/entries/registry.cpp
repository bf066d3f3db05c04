#include "drivers/catalog/entries/registry.hpp"

#include <algorithm>
#include <utility>

namespace nmc::catalog {
namespace {

/// What was added by now. Registration begins before main(), so that the tables make themselves
/// when they are first asked for.
struct Registry {
  std::vector<SystemEntry> systems;
  std::vector<ModelEntry> models;
  std::vector<SamplerEntry> samplers;
  std::vector<ObservableEntry> observables;
  std::string origin = "this program";
  std::size_t additions = 0;
};

Registry& registry() {
  static Registry everything;
  return everything;
}

template <class Added>
void add(Added entry, std::vector<Added>& table) {
  entry.origin = registry().origin;
  ++registry().additions;
  table.push_back(std::move(entry));
}

}  // namespace

void add_system(SystemEntry entry) {
  add(std::move(entry), registry().systems);
}
void remove_system(const std::string& name, const std::string& origin) {
  const auto is_it = [&](const SystemEntry& entry) {
    return entry.name == name && entry.origin == origin;
  };
  registry().additions += std::erase_if(registry().systems, is_it);
}
void add_model(ModelEntry entry) {
  add(std::move(entry), registry().models);
}
void add_sampler(SamplerEntry entry) {
  add(std::move(entry), registry().samplers);
}
void add_observable(ObservableEntry entry) {
  add(std::move(entry), registry().observables);
}

void set_registering(const std::string& origin) {
  registry().origin = origin;
}

std::size_t additions() {
  return registry().additions;
}

const std::vector<SystemEntry>& added_systems() {
  return registry().systems;
}
const std::vector<ModelEntry>& added_models() {
  return registry().models;
}
const std::vector<SamplerEntry>& added_samplers() {
  return registry().samplers;
}
const std::vector<ObservableEntry>& added_observables() {
  return registry().observables;
}

}  // namespace nmc::catalog
