#pragma once

#include <vector>

#include "core/statistics/estimate.hpp"

namespace nmc {

/// An exponent y = ln λ / ln b of the linearised renormalisation of one step, λ the leading
/// eigenvalue of T (Swendsen, PRL 42, 859 (1979)):
///   T = A⁻¹ B,  A_γα = ⟨S'_γ S'_α⟩ − ⟨S'_γ⟩⟨S'_α⟩,  B_γβ = ⟨S'_γ S_β⟩ − ⟨S'_γ⟩⟨S_β⟩,
/// S the operators before the step and S' after it.
struct ScalingExponent {
  Index operators = 0;  ///< the first so many of them
  statistics::Estimate y;
};

/// S and S' (draws, operators) of the same draws; those of one chain follow each other. b: the
/// length of a block. Errors by the jackknife over kExponentGroups groups of draws. One exponent
/// for every number of operators from 1 on.
[[nodiscard]] std::vector<ScalingExponent> scaling_exponents(const Batch& before,
                                                             const Batch& after, double b);

inline constexpr Index kExponentGroups = 20;

/// Couplings K_α of ln p(s) = Σ_α K_α S_α + const at which the spins given all others are as likely
/// as they can be (Besag 1975, maximum pseudo-likelihood), by Newton's method: of spins s (rows) in
/// the fields h (rows, operators), p(s | h) = 1/(1 + e^{−2 s h·K}). Consistent where the density
/// has no other couplings. Row r is of chain r % chains: rows of one chain may depend on each
/// other, as sites of one configuration do, and errors are from the scores summed by chains
/// (Godambe 1960, H⁻¹ Σ_c g_c g_cᵗ H⁻¹).
[[nodiscard]] std::vector<statistics::Estimate> fit_couplings(const Column& s, const Batch& h,
                                                              Index chains);

}  // namespace nmc
