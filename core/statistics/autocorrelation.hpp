#pragma once

#include "core/statistics/gamma_method.hpp"

namespace nmc::statistics {

/// ρ(t) = Γ(t)/Γ(0), about the mean of all chains, as gamma_method() sums it.
struct Autocorrelation {
  Column rho, error;  ///< at lags 0 … a little beyond the window; empty where nothing is known
  Index window = 0;   ///< up to which τ_int sums
  double tau_int = not_a_number;
};

/// Errors of ρ by Bartlett's formula as in Lüscher, Comput. Phys. Commun. 165, 199 (2005), eq.
/// E.11: var ρ(t) ≈ 1/N Σ_k [ρ(k+t) + ρ(k−t) − 2 ρ(k) ρ(t)]², k = 1 … t + window.
[[nodiscard]] Autocorrelation normalised_autocorrelation(const ChainsRef& chains);

}  // namespace nmc::statistics
