#include <utility>

#include "drivers/catalog/own/user_parts.hpp"
#include "physics/observables/real_variates.hpp"

namespace nmc::catalog {
namespace {

System make_user(const std::string& name, const Make<RealHamiltonian>& make,
                 const Options& options) {
  System system = start_user(name, options);
  auto target = std::make_unique<BoltzmannTarget>(make(options), system.beta);
  const RealHamiltonian& hamiltonian = target->hamiltonian();
  set_user_lattice(hamiltonian.sites(), hamiltonian.extents(), system);
  system.observables = field_observables(*target);
  system.observables.push_back(std::make_unique<FunctionObservable>(
      "energy", [&hamiltonian](const Batch& x) { return hamiltonian.energy(x); }));
  system.default_observables = {"energy", "mean", "r2"};
  system.exact = [](const ExactEffort&) {
    return ExactAnswer{std::nullopt, "no exact method is known for a user's system"};
  };
  if (target->is_differentiable()) system.variates = std::make_unique<RealVariates>(*target);
  system.target = std::move(target);
  return system;
}

}  // namespace

SystemEntry user_system(const UserKeys& keys, const Make<RealHamiltonian>& make) {
  return user_entry_for<BoltzmannTarget>(keys, make, make_user);
}

}  // namespace nmc::catalog
