#pragma once

#include <string>
#include <vector>

#include "core/statistics/estimate.hpp"
#include "drivers/latent/latent_source.hpp"
#include "drivers/latent/pulled_back.hpp"
#include "models/flows/map/latent_map.hpp"

namespace nmc::drivers::latent {

/// Regression of collective variables on the latent variables of a level and all coarser ones.
struct ExplainedLine {
  Index level = 0;
  Index features = 0;
  bool has_products = false;  ///< z_i z_j beside z_i and z_i²
  /// Held-out R² of each collective variable; NaN where the draws are too few for the features.
  std::vector<statistics::Estimate> r2;
};

struct Explained {
  std::vector<std::string> names;
  std::vector<ExplainedLine> lines;  ///< coarsest first
};

/// Over exact configurations. Products are taken of at most kMostProducts latents.
[[nodiscard]] Explained explained_by_latents(const Source& source, const LatentMap& map,
                                             const PulledBack& draws);

inline constexpr Index kMostProducts = 16;

}  // namespace nmc::drivers::latent
