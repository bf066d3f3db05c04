#pragma once

#include <string>
#include <vector>

#include "physics/observables/observables.hpp"
#include "physics/observables/smallest_mode.hpp"
#include "physics/systems/xy.hpp"

namespace nmc {

/// Of angles, with m = Σ e^{iθ} / N; per chain:
///   energy, energy2, abs_m, m2, m4,
///   identity        (β Σ (∂H/∂θ_i)² − Σ ∂²H/∂θ_i²) / N, of mean 0 as ∫ d/dθ_i (p ∂H/∂θ_i) is 0,
/// and on lattices whose normal modes are plane waves
///   s_kmin          |Σ e^{iθ} e^{ikx}|² / N at the smallest wave vector,
///   helicity_cos    Σ_x J cos(θ_i − θ_j) / N over the bonds along the first axis, and
///   helicity_sin2   (Σ_x J sin(θ_i − θ_j))² / N, hypercubic lattices alone,
///   vorticity       Σ |n| / N with 2π n = Σ (θ_j − θ_i, in (−π, π]) around a square, in two
///                   dimensions, of the angles as they are: of an antiferromagnet too.
/// The model must outlive them.
[[nodiscard]] Observables xy_observables(const XyModel& model, const Periodic& lattice);

/// Those of spins (spin_derived, lattice_derived) and the helicity modulus, the stiffness against a
/// twist of the boundary (Teitel and Jayaprakash, Phys. Rev. B 27, 598 (1983)):
///   Υ = ⟨helicity_cos⟩ − β ⟨helicity_sin2⟩.
[[nodiscard]] std::vector<Derived> xy_derived(const XyModel& model, const Periodic& lattice);

/// The bonds of a periodic hypercubic lattice along its first direction that has any, from a site
/// to the next; empty where there are none.
[[nodiscard]] std::vector<Bond> first_axis_bonds(const Graph& graph, const Periodic& lattice);

}  // namespace nmc
