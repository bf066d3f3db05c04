#pragma once

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

struct SokalResult {
  double tau_int = not_a_number;  ///< ½ for independent draws: half of emcee's number
  Index window = 0;
};

/// Autocorrelations of the chains, each normalised by its own variance and centred on its own mean,
/// are averaged; the window is the smallest W ≥ c τ(W) with τ in the convention 1 + 2 Σρ (Sokal
/// 1989; emcee). NaN where a chain is constant, and where no such window exists.
[[nodiscard]] SokalResult sokal(const ChainsRef& chains, double c = 5);

}  // namespace nmc::statistics
