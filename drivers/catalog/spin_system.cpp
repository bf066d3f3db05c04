#include "drivers/catalog/spin_system.hpp"

#include <fmt/format.h>

#include <utility>

namespace nmc::catalog {

std::string with_beta(const std::string& summary, double beta) {
  return fmt::format("{}, beta {:.10g}", summary, beta);
}

const std::vector<std::string>& spin_default_observables() {
  static const std::vector<std::string> names{"energy", "abs_m", "m2"};
  return names;
}

System spin_system(const std::string& name, const NamedGraph& named, double beta) {
  System system{name, with_beta(named.summary, beta), named.extents, beta};
  auto ising = std::make_unique<Ising>(named.graph, beta);
  system.observables = spin_observables(*ising);
  system.derived = spin_derived(named.graph.sites, beta);
  system.default_observables = spin_default_observables();
  system.exact = [&spins = *ising](const ExactEffort& effort) {
    return exact_spins(spins.graph(), spins.beta(), effort);
  };
  system.spins = ising.get();
  if (named.is_stored) system.disorder = &ising->graph();
  system.target = std::move(ising);
  return system;
}

}  // namespace nmc::catalog
