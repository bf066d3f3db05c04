#pragma once

#include <vector>

#include "models/flows/map/latent_map.hpp"

namespace nmc::drivers::latent {

/// Pairs of latent variables of one level, `distance` apart along an axis of the torus.
struct LatentPairs {
  Index level = 0, distance = 0;
  std::vector<std::pair<Index, Index>> pairs;
};

/// Of every level and the distances 1, 2, 4, … at which it has pairs, at most `most` of each,
/// evenly spread.
[[nodiscard]] std::vector<LatentPairs> latent_pairs(const LatentMap& map,
                                                    const std::vector<Index>& extents, Index most);

}  // namespace nmc::drivers::latent
