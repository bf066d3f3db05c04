#include "physics/systems/real_hamiltonian.hpp"

#include <utility>

namespace nmc {

BoltzmannTarget::BoltzmannTarget(std::unique_ptr<const RealHamiltonian> hamiltonian, double beta)
    : hamiltonian_(std::move(hamiltonian)), beta_(beta) {}

Column BoltzmannTarget::log_density(const Batch& x) const {
  return -beta_ * hamiltonian_->energy(x);
}

Column BoltzmannTarget::log_density_grad(const Batch& x, Batch& grad) const {
  grad = -beta_ * hamiltonian_->gradient(x);
  return log_density(x);
}

}  // namespace nmc
