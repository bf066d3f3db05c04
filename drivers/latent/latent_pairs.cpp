#include "drivers/latent/latent_pairs.hpp"

#include <algorithm>

namespace nmc::drivers::latent {
namespace {

std::vector<std::pair<Index, Index>> pairs_at(const LatentMap& map, Index level, Index distance,
                                              const std::vector<Index>& extents) {
  std::vector<std::pair<Index, Index>> pairs;
  for (const Index latent : map.of_level(level)) {
    Index stride = 1;
    for (const Index extent : extents) {
      const Index here = latent / stride % extent;
      const Index other = latent + ((here + distance) % extent - here) * stride;
      // Half the way round both ways lead to the same pair.
      const bool is_again = 2 * distance == extent && other < latent;
      if (2 * distance <= extent && !is_again &&
          map.level[static_cast<std::size_t>(other)] == level)
        pairs.emplace_back(latent, other);
      stride *= extent;
    }
  }
  return pairs;
}

}  // namespace

std::vector<LatentPairs> latent_pairs(const LatentMap& map, const std::vector<Index>& extents,
                                      Index most) {
  std::vector<LatentPairs> all;
  const Index longest = *std::ranges::max_element(extents);
  for (Index level = map.levels - 1; level >= 0; --level)
    for (Index distance = 1; 2 * distance <= longest; distance *= 2) {
      const auto pairs = pairs_at(map, level, distance, extents);
      if (pairs.empty()) continue;
      LatentPairs some{level, distance, {}};
      const Index count = std::min<Index>(most, std::ssize(pairs));
      for (Index i = 0; i < count; ++i)
        some.pairs.push_back(pairs[static_cast<std::size_t>(i * std::ssize(pairs) / count)]);
      all.push_back(std::move(some));
    }
  return all;
}

}  // namespace nmc::drivers::latent
