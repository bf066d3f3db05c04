#pragma once

#include <cstdint>
#include <vector>

#include "core/roles/target.hpp"
#include "core/spins/graph.hpp"

namespace nmc {

/// A local action of a real field, ln p(φ) = −S(φ) + const,
///   S = Σ_i [ d_i φ_i² + λ φ_i⁴ ] − Σ_i φ_i Σ_j J_ij φ_j,   d_i = m² + Σ_j J_ij,
/// which is Σ_bonds J (φ_i − φ_j)² + Σ_i (m² φ_i² + λ φ_i⁴), as tables for kernels: every site has
/// `degree` neighbours, itself with J = 0 where there are fewer.
struct FieldStencil {
  FieldStencil() = default;
  /// Bonds of the same pair are added.
  FieldStencil(const Graph& graph, double m_squared, double lambda);

  Index sites = 0;
  Index degree = 0;
  std::vector<std::int32_t> neighbour;  ///< (sites, degree), a site's neighbours contiguous
  std::vector<double> J;                ///< to that neighbour
  std::vector<double> diagonal;         ///< d
  double lambda = 0;
  bool has_unit_J = true;  ///< all J are 1, none is missing
  /// Sites colour by colour: no two neighbours are near each other in this order.
  std::vector<std::int32_t> colours;
  /// Sites in a row whose neighbours lie at the same distances, first[k] − site: on a lattice,
  /// lines without their ends.
  struct Run {
    Index first = 0, count = 0;
    /// The sites of the run and their neighbours are among the first `ready` by number.
    Index ready = 0;
  };
  /// All sites, in an order in which `ready` grows slowly: positions can move ahead of forces in
  /// one pass.
  std::vector<Run> runs;
};

/// A target that is such a field: what local and cluster updates of φ⁴ are made from.
class LatticeField : public Target {
 public:
  [[nodiscard]] Support support() const final { return Support::real; }
  [[nodiscard]] bool is_differentiable() const final { return true; }
  [[nodiscard]] virtual const FieldStencil& stencil() const = 0;
  [[nodiscard]] Index sites() const final { return stencil().sites; }
  /// Extents, x first, where the field lives on a periodic hypercubic lattice; else empty.
  [[nodiscard]] virtual const std::vector<Index>& torus() const = 0;
};

}  // namespace nmc
