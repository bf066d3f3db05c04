#pragma once

#include "models/flows/map/bijector.hpp"
#include "models/flows/map/latent_map.hpp"

namespace nmc {

/// Levels of latent variables from the groups of variables on which the layers act, in the order of
/// inference; global layers are passed over. One level unless each group contains the next.
struct LatentLevels {
  Index levels = 1;
  std::vector<Index> level;
};
[[nodiscard]] LatentLevels levels_of(const std::vector<std::vector<std::uint8_t>>& groups,
                                     Index sites);

/// What the layers of a flow, in generation order, say of its latent variables; `condition` is what
/// those of them read that have conditions, else empty.
[[nodiscard]] LatentMap map_of_layers(const std::vector<std::unique_ptr<Bijector>>& layers,
                                      std::span<const double> condition);

}  // namespace nmc
