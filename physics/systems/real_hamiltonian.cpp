#include "physics/systems/real_hamiltonian.hpp"

#include <utility>

namespace nmc {

Column RealHamiltonian::energy_gradient(const Batch& x, Batch& gradient) const {
  gradient = this->gradient(x);
  return energy(x);
}

BoltzmannTarget::BoltzmannTarget(std::unique_ptr<const RealHamiltonian> hamiltonian, double beta)
    : hamiltonian_(std::move(hamiltonian)), beta_(beta) {}

Column BoltzmannTarget::log_density(const Batch& x) const {
  return -beta_ * hamiltonian_->energy(x);
}

Column BoltzmannTarget::log_density_grad(const Batch& x, Batch& grad) const {
  const Column energy = hamiltonian_->energy_gradient(x, grad);
  grad *= -beta_;
  return -beta_ * energy;
}

Column BoltzmannTarget::drift_kick(const LeapfrogStep& step, Batch& x, Batch& v,
                                   Batch* grad) const {
  if (grad != nullptr) return Target::drift_kick(step, x, v, grad);
  for (Index site = 0; site < x.cols(); ++site) x.col(site) += step.drift * v.col(site);
  const Batch gradient = hamiltonian_->gradient(x);
  for (Index site = 0; site < x.cols(); ++site)
    v.col(site) += step.kick * (-beta_ * gradient.col(site));
  return {};
}

}  // namespace nmc
