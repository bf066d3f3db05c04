#pragma once

#include "core/roles/operator.hpp"
#include "core/roles/wave_function.hpp"

namespace nmc {

/// E_loc(s) = Σ_s' ⟨s|H|s'⟩ ψ(s')/ψ(s) of every chain: its mean over |ψ|² is the energy, and its
/// variance is 0 where ψ is an eigenstate.
[[nodiscard]] Amplitudes local_energies(const Operator& H, const WaveChains& chains);

/// ⟨X⟩ per site in the same way, Σ_i ψ(s, s_i turned over)/ψ(s) / N; the real part.
[[nodiscard]] Column local_X(const WaveChains& chains);

}  // namespace nmc
