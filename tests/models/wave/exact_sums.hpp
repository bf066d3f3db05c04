#pragma once

#include "core/roles/operator.hpp"
#include "core/roles/wave_function.hpp"
#include "physics/quantum/pauli_sum.hpp"

namespace nmc::tests {

/// How far local energies, energy, variance and force of a wave function of few spins, by its
/// ratios and scores, are from those by H as a matrix on its whole state; the force from
/// differences of the energy.
struct SumsDefect {
  double local_energies = 0, energy = 0, variance = 0;  ///< relative
  double force = 0;
};
/// `claimed` is what local energies are made of, H itself where it is right.
[[nodiscard]] SumsDefect sums_defect(WaveFunction& psi, const PauliSum& H, const Operator& claimed);

/// Expects 1e-12, and 1e-7 of the force.
void hold_to_state_vector(WaveFunction& psi, const PauliSum& H);

}  // namespace nmc::tests
