#include <fmt/format.h>

#include <utility>

#include "drivers/catalog/own/user_parts.hpp"
#include "drivers/catalog/systems/spin_system.hpp"
#include "physics/observables/spin_energy_observables.hpp"
#include "physics/observables/spin_observables.hpp"
#include "physics/systems/ising.hpp"

namespace nmc::catalog {
namespace {

System make_user_spins(const std::string& name, const Make<SpinHamiltonian>& make,
                       const Options& options) {
  System system = start_user(name, options);
  auto target = std::make_unique<HamiltonianSpins>(make(options), system.beta);
  const SpinHamiltonian& hamiltonian = target->hamiltonian();
  set_user_lattice(hamiltonian.sites(), hamiltonian.extents(), system);
  system.observables = spin_energy_observables(*target);
  system.derived = spin_derived(target->sites(), system.beta);
  system.default_observables = spin_default_observables();
  system.exact = by_enumeration(*target);
  system.spin_energies = target.get();
  system.target = std::move(target);
  return system;
}

System make_user_graph(const std::string& name, const Make<SpinGraphHamiltonian>& make,
                       const Options& options) {
  const auto hamiltonian = make(options);
  NamedGraph named;
  named.graph = hamiltonian->graph();
  check(named.graph);
  System lattice;
  lattice.name = name;
  set_user_lattice(named.graph.sites, hamiltonian->extents(), lattice);
  named.extents = lattice.extents;
  named.has_lattice = lattice.has_lattice;
  named.summary = fmt::format("{} sites", named.graph.sites);
  System system = spin_system(name, named, options.real("beta"));
  set_user_lattice(named.graph.sites, hamiltonian->extents(), system);
  return system;
}

}  // namespace

SystemEntry user_system(const UserKeys& keys, const Make<SpinHamiltonian>& make) {
  return user_entry_for<HamiltonianSpins>(keys, make, make_user_spins);
}

SystemEntry user_system(const UserKeys& keys, const Make<SpinGraphHamiltonian>& make) {
  return user_entry_of(keys, make, make_user_graph,
                       [](std::unique_ptr<SpinGraphHamiltonian> hamiltonian, double beta) {
                         return std::make_unique<Ising>(hamiltonian->graph(), beta);
                       });
}

}  // namespace nmc::catalog
