#pragma once

#include <Eigen/Core>

#include "core/parallel/threads.hpp"
#include "core/roles/wave_function.hpp"

/// A wave function on all 2^sites states; bit i of a state's number is 1 where spin i is −1.
namespace nmc {

/// Sites up to which all states are visited.
inline constexpr Index whole_state_limit = 20;

/// ψ over its largest size, (2^sites). The same bits for any number of threads. UserError beyond
/// whole_state_limit; NumericalError where ψ is not finite.
[[nodiscard]] Eigen::VectorXcd whole_state(const WaveFunction& psi,
                                           const Threads& threads = Threads{});

/// Weights of all states, (2^sites) each.
struct StateWeights {
  Column of_abs, of_phase;
};
/// Σ_s of_abs(s) ∂ ln|ψ(s)|/∂θ + of_phase(s) ∂ phase/∂θ, (parameters), the same on any number of
/// threads.
[[nodiscard]] Eigen::VectorXd pulled_back(const WaveFunction& psi, const StateWeights& weights,
                                          const Threads& threads = Threads{});

/// |⟨a|b⟩|² of states of any length but 0.
[[nodiscard]] double fidelity(const Eigen::VectorXcd& a, const Eigen::VectorXcd& b);

/// −ln Tr ρ² of the spins before `cut`, nats; psi (2^sites) of any length but 0.
[[nodiscard]] double renyi2(const Eigen::VectorXcd& psi, Index cut);

}  // namespace nmc
