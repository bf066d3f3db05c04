#include "core/roles/spin_energies.hpp"

namespace nmc {

Column SpinEnergies::flip_cost(const Batch& s, const Column& energy, Index site) const {
  Batch turned = s;
  turned.col(site) *= -1;
  return this->energy(turned) - energy;
}

}  // namespace nmc
