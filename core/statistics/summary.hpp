#pragma once

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// The keys of `nmc diagnose` and `nmc report`. τ_int = ½ for independent draws.
struct ChainSummary {
  double mean = not_a_number;
  double error = not_a_number;  ///< Γ method, deviations from the overall mean
  double tau_int = not_a_number;
  double tau_int_error = not_a_number;
  double rhat = not_a_number;
  double rhat_bulk = not_a_number;
  double rhat_folded = not_a_number;
  double ess_bulk = not_a_number;
  double ess_tail = not_a_number;
  double mcse_mean = not_a_number;

  Index draws = 0;  ///< per chain
  Index chains = 0;
  Index constant_chains = 0;  ///< chains that never move
  Index non_finite = 0;       ///< draws that are NaN or infinite; any makes all numbers NaN
  bool window_found = false;  ///< false: τ_int is only a lower bound, the chains are too short
  double tau_geyer = not_a_number;  ///< τ_int by Geyer's sequence, where the clamp acts
  bool is_clamped = false;          ///< Σρ below ½ counts as ½: error is an upper bound
  double tau_sum = not_a_number;    ///< ½ + Σρ before the clamp
};

[[nodiscard]] ChainSummary summarise(const ChainsRef& chains);

}  // namespace nmc::statistics
