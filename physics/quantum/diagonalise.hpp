#pragma once

#include <Eigen/Core>

#include "physics/exact/answer.hpp"
#include "physics/quantum/pauli_sum.hpp"

namespace nmc {

/// Spins up to which exact diagonalisation goes.
inline constexpr Index diagonalisation_limit = 20;

/// CPU seconds of diagonalise(), estimated.
[[nodiscard]] double diagonalisation_seconds(const PauliSum& H);

/// The ground state by Lanczos' recursion over all 2^N states: its energy, the gap to the next
/// state (0 where the ground state is degenerate) and, where it is not, ⟨|m|⟩, ⟨m²⟩, ⟨m⁴⟩ of
/// m = Σ Z / N and mx = ⟨Σ X⟩ / N. UserError beyond diagonalisation_limit.
[[nodiscard]] Exact diagonalise(const PauliSum& H, int threads = 1);

/// The ground state itself over all 2^N states, of length 1; bit i of a state's number is 1 where
/// spin i is −1. UserError beyond diagonalisation_limit, and where the ground state is degenerate.
[[nodiscard]] Eigen::VectorXd ground_vector(const PauliSum& H, int threads = 1);

/// Within the effort given; else the reason.
[[nodiscard]] ExactAnswer exact_ground_state(const PauliSum& H, const ExactEffort& effort);

}  // namespace nmc
