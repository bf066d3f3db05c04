#include "models/flows/spline/circular_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "core/errors.hpp"
#include "models/flows/spline/circle.hpp"

namespace nmc {
namespace {

using Coordinates = std::vector<Index>;

Coordinates coordinates_of(const std::vector<Index>& extents, Index site) {
  Coordinates at;
  for (const Index extent : extents) {
    at.push_back(site % extent);
    site /= extent;
  }
  return at;
}

Index site_at(const std::vector<Index>& extents, const Coordinates& at) {
  Index site = 0;
  for (std::size_t axis = extents.size(); axis-- > 0;) {
    const Index extent = extents[axis];
    site = site * extent + ((at[axis] % extent) + extent) % extent;
  }
  return site;
}

bool is_odd(const std::vector<Index>& extents, Index site) {
  const Coordinates at = coordinates_of(extents, site);
  return std::accumulate(at.begin(), at.end(), Index{0}) % 2 != 0;
}

/// All steps of an odd number of bonds up to `reach`, the nearest first.
std::vector<Coordinates> odd_steps(std::size_t dimension, Index reach) {
  std::vector<Coordinates> steps{Coordinates()};
  for (std::size_t axis = 0; axis < dimension; ++axis) {
    std::vector<Coordinates> longer;
    for (const Coordinates& step : steps)
      for (Index by = -reach; by <= reach; ++by) {
        longer.push_back(step);
        longer.back().push_back(by);
      }
    steps = std::move(longer);
  }
  const auto bonds = [](const Coordinates& step) {
    Index sum = 0;
    for (const Index by : step) sum += std::abs(by);
    return sum;
  };
  std::erase_if(
      steps, [&](const Coordinates& step) { return bonds(step) % 2 == 0 || bonds(step) > reach; });
  std::ranges::stable_sort(steps, {}, bonds);
  return steps;
}

Index sites_of(const CircularLayout& layout) {
  return std::accumulate(layout.extents.begin(), layout.extents.end(), Index{1},
                         std::multiplies<>());
}

/// One patch per moved site, its reference first.
void add_local_patches(const CircularLayout& layout, Index coupling, CircularSpec& spec) {
  std::vector<Coordinates> steps = odd_steps(layout.extents.size(), layout.reach);
  const auto nearest = static_cast<Index>(2 * layout.extents.size());
  std::swap(steps.front(), steps[static_cast<std::size_t>(coupling / 2 % nearest)]);
  for (Index site = 0; site < spec.sites; ++site) {
    if (is_odd(layout.extents, site) == (coupling % 2 != 0)) continue;
    std::vector<int> kept;
    for (const Coordinates& step : steps) {
      Coordinates at = coordinates_of(layout.extents, site);
      for (std::size_t axis = 0; axis < at.size(); ++axis) at[axis] += step[axis];
      kept.push_back(static_cast<int>(site_at(layout.extents, at)));
    }
    spec.reference.push_back({kept.front()});
    spec.kept.push_back(std::move(kept));
    spec.moved.push_back({static_cast<int>(site)});
  }
}

/// Bonds between two sites of a torus.
Index bonds_between(const std::vector<Index>& extents, int a, int b) {
  const Coordinates x = coordinates_of(extents, a), y = coordinates_of(extents, b);
  Index sum = 0;
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    const Index way = std::abs(x[axis] - y[axis]);
    sum += std::min(way, extents[axis] - way);
  }
  return sum;
}

/// One patch of all sites; the reference of each moved one is a nearest kept one.
void add_dense_patch(const CircularLayout& layout, Index coupling, CircularSpec& spec) {
  std::vector<int> kept, moved, reference;
  for (int site = 0; site < static_cast<int>(spec.sites); ++site)
    (is_odd(layout.extents, site) == (coupling % 2 != 0) ? kept : moved).push_back(site);
  for (const int site : moved) {
    const auto bonds = [&](int other) { return bonds_between(layout.extents, site, other); };
    const Index least = bonds(*std::ranges::min_element(kept, {}, bonds));
    std::vector<int> nearest;
    for (const int other : kept)
      if (bonds(other) == least) nearest.push_back(other);
    reference.push_back(nearest[static_cast<std::size_t>(coupling / 2) % nearest.size()]);
  }
  spec.kept.push_back(std::move(kept));
  spec.moved.push_back(std::move(moved));
  spec.reference.push_back(std::move(reference));
}

}  // namespace

std::vector<std::unique_ptr<Bijector>> circular_layers(const CircularLayout& layout,
                                                       const CircularSpec& net) {
  const Index sites = sites_of(layout);
  require(sites >= 2, "couplings need at least two angles");
  for (const Index extent : layout.extents)
    require(layout.reach == 0 || extent % 2 == 0,
            fmt::format("reach = {} needs even extents, and one is {}: take reach = 0, nets that "
                        "see all angles",
                        layout.reach, extent));
  std::vector<std::unique_ptr<Bijector>> layers;
  layers.push_back(std::make_unique<CircleLayer>(sites));
  for (Index coupling = 0; coupling < layout.couplings; ++coupling) {
    CircularSpec spec = net;
    spec.sites = sites;
    if (layout.reach > 0)
      add_local_patches(layout, coupling, spec);
    else
      add_dense_patch(layout, coupling, spec);
    layers.push_back(std::make_unique<CircularCoupling>(std::move(spec)));
  }
  return layers;
}

}  // namespace nmc
