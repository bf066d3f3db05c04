#pragma once

#include "physics/observables/observables.hpp"
#include "physics/systems/dual_ising.hpp"

namespace nmc {

/// energy, energy2 (its square), m, abs_m, m2, m4 of the spins by the improved estimators ⟨· | x⟩
/// of the dual field, exact for every x, and the field's own action E(x). abs_m comes from the
/// distribution of Σ s given x, the others from moments.
[[nodiscard]] Observables dual_observables(const DualIsing& dual);
/// The same for the field in the coordinates y, x = K y.
[[nodiscard]] Observables dual_observables(const DualStencil& stencil);

}  // namespace nmc
