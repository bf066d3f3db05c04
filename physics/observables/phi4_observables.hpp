#pragma once

#include <vector>

#include "physics/observables/observables.hpp"
#include "physics/systems/phi4.hpp"

namespace nmc {

/// Per site: action S/V, m = Σφ/V, abs_m, m2, m4, phi4 (mean φ⁴); identity, S/V − ½ + λ φ⁴, whose
/// mean is 0 for every lattice, m² and λ (scale φ in the integral); on a torus G_kmin,
/// |Σ φ e^{ik·x}|² / V at the smallest wave vector. They point to phi4.
[[nodiscard]] Observables phi4_observables(const Phi4& phi4);

/// chi = V ⟨m²⟩, binder, and on a torus xi, the second-moment correlation length
/// √(χ/G(k_min) − 1) / (2 sin(π/L)).
[[nodiscard]] std::vector<Derived> phi4_derived(const Phi4& phi4);

}  // namespace nmc
