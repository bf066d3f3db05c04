#include "core/roles/label_target.hpp"

namespace nmc {

Batch LabelTarget::site_energies(const Batch& s, Index site) const {
  Batch moved = s;
  Batch energies(s.rows(), states());
  for (Index value = 0; value < states(); ++value) {
    moved.col(site).setConstant(static_cast<double>(value));
    energies.col(value) = energy(moved);
  }
  return energies;
}

}  // namespace nmc
