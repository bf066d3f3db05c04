#pragma once

#include <vector>

#include "core/roles/flow.hpp"

namespace nmc::drivers::latent {

/// Of one level of latent variables.
struct LevelReach {
  Index level = 0, latents = 0;
  double cone = 0;  ///< mean number of variables in the light cone of a latent one
  double radius = 0;  ///< √(Σ ⟨(∂x/∂z)²⟩ d² / Σ ⟨(∂x/∂z)²⟩), d the distance on the torus
  /// Σ over its latents of ⟨(∂x_i/∂z)²⟩, mean over i: of a linear map the variance that the level
  /// adds to a variable.
  double variance = 0;
};

/// The Jacobian ∂x_site/∂z_latent over draws of z.
struct ReceptiveFields {
  Batch mean, rms;                 ///< (latents, sites)
  std::vector<LevelReach> levels;  ///< coarsest first
  Batch z;                         ///< at which it was taken, (draws, latents)
  Index outside = 0;               ///< pairs outside the light cone
  double most_outside = 0;  ///< largest |∂x/∂z| among them, over all draws: 0, bit for bit
  double cpu_seconds = 0;
};

/// Most variables of which the whole Jacobian is taken.
inline constexpr Index kMostFields = 1024;

/// Exact, by a vector-Jacobian product for each variable: row i of the Jacobian at every draw z,
/// (draws, sites). `extents` are those of the torus that distances are on.
[[nodiscard]] ReceptiveFields receptive_fields(const Flow& flow, const LatentMap& map,
                                               const Batch& z, const std::vector<Index>& extents);

/// Distance of two sites on a torus, each step along the shorter way round.
[[nodiscard]] double torus_distance(Index a, Index b, const std::vector<Index>& extents);

}  // namespace nmc::drivers::latent
