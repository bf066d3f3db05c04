#pragma once

#include <algorithm>
#include <utility>

#include "samplers/learned/additive_map.hpp"
#include "samplers/learned/generalised_leapfrog.hpp"

namespace nmc::test {

/// Normal parameters of this width, as no training leaves them.
template <class Map>
Map drawn_map(Map map, double width) {
  Batch z(1, std::ssize(std::as_const(map).parameters()));
  fill_normal({.seed = 9, .purpose = Purpose::weights}, z);
  std::transform(z.data(), z.data() + z.size(), map.parameters().begin(),
                 [width](double value) { return width * value; });
  map.parameters_changed();
  return map;
}

inline GeneralisedLeapfrog drawn_leapfrog(Index sites, Index steps) {
  GeneralisedLeapfrog map({.sites = sites, .steps = steps, .hidden = 6});
  map.set_step_size(0.3);
  return drawn_map(std::move(map), 0.6);
}

inline AdditiveMap drawn_shears(Index sites, bool is_radial = false) {
  const AdditiveMap::Shape shape{.sites = sites, .shears = 4, .hidden = 6, .is_radial = is_radial};
  return drawn_map(AdditiveMap(shape), is_radial ? 0.3 : 0.5);
}

}  // namespace nmc::test
