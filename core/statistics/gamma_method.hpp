#pragma once

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// What deviations are taken from: the mean over all chains (sees a chain stuck in another mode) or
/// the mean of each chain (is blind to it; the convention of pyerrors).
enum class Centre { overall_mean, chain_mean };

struct GammaOptions {
  double S = 1.5;  ///< ratio τ_exp / τ_int that is assumed when choosing the window, 1 … 2
  Centre centre = Centre::overall_mean;
};

/// τ_int = ½ + Σ_{t≥1} ρ(t): ½ for independent draws.
struct GammaResult {
  double mean = not_a_number;
  double error = not_a_number;        ///< of the mean
  double error_error = not_a_number;  ///< statistical error of the error
  double tau_int = not_a_number;      ///< in draws
  double tau_int_error = not_a_number;
  double variance = not_a_number;  ///< Γ(0)
  Index window = 0;                ///< summation window W
  bool is_clamped = false;         ///< Σρ fell below ½ and counts as ½: error is an upper bound
  double tau_sum = not_a_number;   ///< ½ + Σρ up to the window, without bias factor and clamp
  bool window_found = false;       ///< false: no plateau up to draws / 2, τ_int is a lower bound
};

/// Γ method of Wolff, hep-lat/0306017: automatic window (eq. 52), bias factor (eq. 49), errors of
/// τ_int (eq. 42) and of the error. ρ sums below ½ count as ½, so that anticorrelated chains are
/// not given a smaller error than independent ones; `is_clamped` says where. Draws of any size are
/// taken, scaled by a power of two; a variance beyond what a double holds is 0 or infinite. The
/// mean is given wherever the draws are finite; the rest is NaN for fewer than 4 draws or for draws
/// that are all equal.
[[nodiscard]] GammaResult gamma_method(const ChainsRef& chains, const GammaOptions& options = {});

}  // namespace nmc::statistics
