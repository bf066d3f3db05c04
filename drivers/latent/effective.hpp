#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/statistics/estimate.hpp"
#include "drivers/latent/latent_source.hpp"
#include "drivers/latent/pulled_back.hpp"
#include "models/flows/map/latent_map.hpp"

namespace nmc::drivers::latent {

/// The even monomials of the latent variables of a level, sums over it: z², z z' of nearest
/// neighbours of the level, z⁴, z² z'².
inline constexpr std::size_t kMonomials = 4;
inline constexpr std::array<const char*, kMonomials> kMonomialNames{"z2", "zz", "z4", "z2z2"};

/// Couplings of the latent variables of a level in the fit that keeps it and all coarser ones.
struct EffectiveLine {
  Index level = 0;
  Index kept = 0;  ///< latent variables
  /// J in U = Σ J S + const; of an exact network ½ for z² and 0 for all others. NaN where the level
  /// has no neighbours.
  std::array<statistics::Estimate, kMonomials> couplings{};
  statistics::Estimate r2;  ///< held-out share of the variance of ln w that the fit predicts
};

/// Means over draws of the flow with some weights, or over exact configurations.
struct ReweightedLine {
  std::string weights;                      ///< "none", "kept from 2", "all", "exact"
  double ess = 1;                           ///< of the weights, as a share of the draws
  std::vector<statistics::Estimate> means;  ///< of the collective variables
};

struct Effective {
  std::vector<std::string> names;    ///< of the collective variables
  std::vector<EffectiveLine> lines;  ///< coarsest first
  std::vector<ReweightedLine> checks;
};

/// The action of the latent variables, U(z) = Σ z²/2 - ln w(g(z)), on the kept ones: least squares
/// of -ln w on the monomials over exact configurations and draws of the flow at z alike, ⟨U | kept⟩
/// to fourth order where either of them goes. The draws, reweighted by the fit of the kept ones
/// alone, are put beside those with all of ln w and beside exact configurations.
[[nodiscard]] Effective effective_couplings(const Source& source, const LatentMap& map,
                                            const PulledBack& exact, const Batch& z);
[[nodiscard]] std::string effective_text(const Effective& effective, const LatentMap& map);

}  // namespace nmc::drivers::latent
