#pragma once

#include <vector>

#include "core/roles/angle_target.hpp"
#include "core/spins/graph.hpp"

namespace nmc {

/// Angles that are coupled along the bonds of a graph,
///   H = −Σ_bonds J cos(θ_i − θ_j) − Σ_i h_i cos θ_i,
/// as tables: what local and cluster updates of the XY model are made from.
struct AngleCouplings {
  AngleCouplings() = default;
  /// UserError where the graph is none, or has four-spin terms.
  explicit AngleCouplings(const Graph& graph);

  Index sites = 0;
  Adjacency near;             ///< bonds of the same pair are added
  std::vector<double> field;  ///< h, (sites); zeros where there is none
  bool has_field = false;
};

/// A target that is such a system.
class CoupledAngles : public AngleTarget {
 public:
  [[nodiscard]] virtual const Graph& graph() const = 0;
  [[nodiscard]] virtual const AngleCouplings& couplings() const = 0;
  [[nodiscard]] Index sites() const final { return couplings().sites; }
};

}  // namespace nmc
