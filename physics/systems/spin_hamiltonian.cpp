#include "physics/systems/spin_hamiltonian.hpp"

#include <utility>

namespace nmc {

Column SpinHamiltonian::flip_cost(const Batch& s, const Column& energy, Index site) const {
  Batch turned = s;
  turned.col(site) *= -1;
  return this->energy(turned) - energy;
}

Column LocalFieldHamiltonian::flip_cost(const Batch& s, const Column& /*energy*/,
                                        Index site) const {
  return 2 * s.col(site) * local_field(s, site);
}

HamiltonianSpins::HamiltonianSpins(std::unique_ptr<const SpinHamiltonian> hamiltonian, double beta)
    : hamiltonian_(std::move(hamiltonian)), beta_(beta) {}

}  // namespace nmc
