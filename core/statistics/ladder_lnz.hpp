#pragma once

#include <vector>

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// Energies E of draws from e^{−β E} / Z(β) on a ladder of inverse temperatures.
struct LadderEnergies {
  Column beta;                 ///< ascending, (states)
  std::vector<Chains> energy;  ///< per state (draws, chains), all of the same shape
  /// E² of draws that are means of several measurements of E; empty where draws are single ones.
  std::vector<Chains> square{};
};

/// lnZ(β_k) − lnZ(β_0) of every state by two routes, with standard errors; the first is 0 ± 0.
struct LadderLnZ {
  Column integrated, integrated_error;  ///< −∫ ⟨E⟩ dβ; the error holds the rule's own
  Column reweighted, reweighted_error;  ///< MBAR; NaN where neighbours do not overlap
  /// −Σ Δβ ⟨E⟩ with the hotter and the colder end of every interval: ⟨E⟩ falls with β, so that lnZ
  /// lies between the two whatever ⟨E⟩ does there (Gibbs, Bogoliubov).
  Column lower, lower_error, upper, upper_error;
  /// lnZ(β_k) − lnZ(β_0) + β_k ⟨E⟩_k with lnZ integrated.
  Column entropy, entropy_error;
  Index blocks = 0;  ///< of the jackknife
};

/// Thermodynamic integration by hermite_integral with ⟨E⟩, its slope −var E and its curvature, the
/// third cumulant of E (of binned draws, the slope of the variance along the ladder); and MBAR of
/// single measurements, NaN of binned ones, in which a draw of a state counts 1 / 2τ of that
/// state. Errors: delete-one-block jackknife of both, a block being the same chains (or stretch of
/// all draws, of few chains) at every temperature, so that what ties the temperatures together is
/// in the error. All is NaN below 2 blocks of 8 draws.
[[nodiscard]] LadderLnZ ladder_lnZ(const LadderEnergies& ladder);

}  // namespace nmc::statistics
