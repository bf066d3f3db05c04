#pragma once

#include <functional>

#include "core/roles/support.hpp"
#include "physics/exact/answer.hpp"

namespace nmc {

/// Spins or labels of which the energies are known and nothing else.
struct EnergyTable {
  Support support = Support::spin;
  Index sites = 0;
  double beta = 0;
  std::function<Column(const Batch&)> energy;  ///< H of (states, sites), (states)
};

/// lnZ, energy, heat, entropy, ground state and, of spins, |m|, m², m⁴ by summing over all states
/// where that takes no longer than the effort allows; the first 4096 states tell.
[[nodiscard]] ExactAnswer enumerate_states(const EnergyTable& table, const ExactEffort& effort);

}  // namespace nmc
