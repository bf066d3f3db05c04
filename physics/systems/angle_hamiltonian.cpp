#include "physics/systems/angle_hamiltonian.hpp"

#include <utility>

namespace nmc {

HamiltonianAngles::HamiltonianAngles(std::unique_ptr<const AngleHamiltonian> hamiltonian,
                                     double beta)
    : hamiltonian_(std::move(hamiltonian)), beta_(beta) {}

Column HamiltonianAngles::log_density_grad(const Batch& theta, Batch& grad) const {
  grad = -beta_ * hamiltonian_->gradient(theta);
  return log_density(theta);
}

}  // namespace nmc
