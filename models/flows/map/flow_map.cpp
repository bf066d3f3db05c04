#include "models/flows/map/flow_map.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "core/simd/tile.hpp"
#include "models/flows/map/latent_trace.hpp"

namespace nmc {
namespace {

using Group = std::vector<std::uint8_t>;

bool contains(const Group& outer, const Group& inner) {
  return std::ranges::equal(inner, outer, [](auto in, auto out) { return in <= out; });
}

GlobalLayer global_layer(const Bijector& layer, Index place, std::span<const double> condition) {
  using simd::kTile;
  // Rows of a tile are aligned.
  constexpr std::size_t kAligned = 64 / sizeof(double);
  const auto numbers = static_cast<std::size_t>(layer.sites() * kTile);
  std::vector<double> room(numbers + kAligned, 1.0);
  void* first = room.data();
  std::size_t space = room.size() * sizeof(double);
  auto* const y = static_cast<double*>(std::align(64, numbers * sizeof(double), first, space));
  double log_det[kTile] = {};
  layer.apply(Direction::generate, TileView<double>{y, log_det, condition.data()});
  double square = 0;
  for (Index site = 0; site < layer.sites(); ++site) {
    const double image = y[site * kTile];
    square += image * image;
  }
  const auto sites = static_cast<double>(layer.sites());
  return {place, false, std::sqrt(square / sites), log_det[0] / sites};
}

}  // namespace

LatentLevels levels_of(const std::vector<Group>& groups, Index sites) {
  LatentLevels result{0, std::vector<Index>(static_cast<std::size_t>(sites), 0)};
  const Group* last = nullptr;
  for (const Group& group : groups) {
    if (last != nullptr && group == *last) continue;
    if (last != nullptr && !contains(*last, group))
      return {1, std::vector<Index>(static_cast<std::size_t>(sites), 0)};
    for (std::size_t latent = 0; latent < group.size(); ++latent)
      if (group[latent] != 0) result.level[latent] = result.levels;
    ++result.levels;
    last = &group;
  }
  result.levels = std::max<Index>(result.levels, 1);
  return result;
}

LatentMap map_of_layers(const std::vector<std::unique_ptr<Bijector>>& layers,
                        std::span<const double> condition) {
  LatentMap map;
  const Index sites = layers.front()->sites();
  LatentTrace trace(sites);
  std::vector<Group> groups;
  for (std::size_t k = 0; k < layers.size(); ++k) {
    layers[k]->follow(trace);
    LatentTrace::Touched touched = trace.take_touched();
    if (touched.is_nothing()) continue;
    if (touched.is_global) {
      map.global.push_back(global_layer(*layers[k], static_cast<Index>(k), condition));
      map.global.back().is_before = groups.empty();
    } else {
      groups.push_back(std::move(touched.latents));
    }
  }
  std::ranges::reverse(groups);
  LatentLevels levels = levels_of(groups, sites);
  map.levels = levels.levels;
  map.level = std::move(levels.level);
  map.layers = std::ssize(layers);
  map.cone = trace.cone();
  return map;
}

}  // namespace nmc
