#include "physics/exact/label_layers.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nmc {
namespace {

/// The place and the layer of every site.
struct Position {
  Index layer, place;
};

std::vector<Position> positions(const std::vector<Index>& extents, std::size_t axis) {
  Index sites = 1;
  for (const Index extent : extents) sites *= extent;
  std::vector<Position> all;
  for (Index site = 0; site < sites; ++site) {
    Position at{0, 0};
    Index rest = site, stride = 1;
    for (std::size_t d = 0; d < extents.size(); ++d) {
      const Index c = rest % extents[d];
      rest /= extents[d];
      if (d == axis) {
        at.layer = c;
      } else {
        at.place += stride * c;
        stride *= extents[d];
      }
    }
    all.push_back(at);
  }
  return all;
}

/// Whether the bond fits; files it at the end that is placed later.
bool add_bond(const std::array<Position, 2>& ends, double J, LabelLayers& to) {
  auto [a, b] = ends;
  if (std::pair(a.layer, a.place) > std::pair(b.layer, b.place)) std::swap(a, b);
  const Index last = std::ssize(to.layers) - 1;
  LabelLayers::Site& site =
      to.layers[static_cast<std::size_t>(b.layer)][static_cast<std::size_t>(b.place)];
  if (a.layer == b.layer) {
    site.inside.push_back({a.place, J});
  } else if (b.layer == a.layer + 1) {
    site.below.push_back({a.place, J});
    return a.place >= b.place;
  } else if (a.layer == 0 && b.layer == last) {
    site.around.push_back({a.place, J});
    to.is_periodic = true;
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::optional<LabelLayers> label_layers(const Graph& graph, const std::vector<Index>& extents) {
  Index sites = 1;
  for (const Index extent : extents) sites *= extent;
  if (extents.empty() || sites != graph.sites) return std::nullopt;
  const auto axis = static_cast<std::size_t>(std::ranges::max_element(extents) - extents.begin());
  LabelLayers layers;
  layers.width = sites / extents[axis];
  layers.layers.assign(static_cast<std::size_t>(extents[axis]),
                       std::vector<LabelLayers::Site>(static_cast<std::size_t>(layers.width)));
  const std::vector<Position> at = positions(extents, axis);
  for (const Bond& bond : graph.bonds)
    if (bond.J != 0 &&
        !add_bond({at[static_cast<std::size_t>(bond.i)], at[static_cast<std::size_t>(bond.j)]},
                  bond.J, layers))
      return std::nullopt;
  for (std::size_t i = 0; i < graph.field.size(); ++i)
    layers.layers[static_cast<std::size_t>(at[i].layer)][static_cast<std::size_t>(at[i].place)].h =
        graph.field[i];
  layers.has_field = std::ranges::any_of(graph.field, [](double h) { return h != 0; });
  return layers;
}

}  // namespace nmc
