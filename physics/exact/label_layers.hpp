#pragma once

#include <optional>
#include <vector>

#include "core/spins/graph.hpp"

namespace nmc {

/// Labels in layers whose bonds stay in a layer or lead to the next one: a cylinder or torus of any
/// dimension, across its longest extent. Of a bond to the next layer the lower end's place is not
/// before the upper end's, as of hypercubic lattices, so that sites can be replaced one by one.
struct LabelLayers {
  struct Link {
    Index place;  ///< of the other end, in its layer
    double J;
  };
  /// One site with its bonds to what was placed before it.
  struct Site {
    double h = 0;
    std::vector<Link> inside;  ///< to earlier places of the same layer
    std::vector<Link> below;   ///< to the layer before
    std::vector<Link> around;  ///< of the last layer, to the first one
  };
  Index width = 0;                        ///< sites of a layer
  std::vector<std::vector<Site>> layers;  ///< (layers, width)
  bool is_periodic = false;
  bool has_field = false;
};

/// The layers of a lattice with these extents, x first; none where its bonds are others.
[[nodiscard]] std::optional<LabelLayers> label_layers(const Graph& graph,
                                                      const std::vector<Index>& extents);

}  // namespace nmc
