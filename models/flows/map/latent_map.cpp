#include "models/flows/map/latent_map.hpp"

namespace nmc {

std::vector<Index> LatentMap::of_level(Index which) const {
  std::vector<Index> members;
  for (Index latent = 0; latent < sites(); ++latent)
    if (level[static_cast<std::size_t>(latent)] == which) members.push_back(latent);
  return members;
}

LatentMap unstructured_map(Index sites) {
  LatentMap map;
  map.level.assign(static_cast<std::size_t>(sites), 0);
  map.cone.assign(static_cast<std::size_t>(sites * map.words()), ~std::uint64_t{0});
  return map;
}

}  // namespace nmc
