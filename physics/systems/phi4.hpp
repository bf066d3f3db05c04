#pragma once

#include <vector>

#include "core/fields/lattice_field.hpp"
#include "physics/graphs/lattice.hpp"

namespace nmc {

/// Scalar φ⁴ theory, conventions.md section 5: ln p(φ) = −S(φ) + const with
/// S = Σ_bonds (φ_i − φ_j)² + Σ_i (m² φ_i² + λ φ_i⁴), no factors ½; m² may be negative.
class Phi4 final : public LatticeField {
 public:
  /// lambda > 0, or lambda = 0 and m_squared > 0.
  Phi4(const Lattice& lattice, double m_squared, double lambda);

  [[nodiscard]] const FieldStencil& stencil() const override { return stencil_; }
  [[nodiscard]] double lambda() const { return stencil_.lambda; }
  [[nodiscard]] const std::vector<Index>& torus() const override { return torus_; }
  [[nodiscard]] Column log_density(const Batch& phi) const override;
  Column log_density_grad(const Batch& phi, Batch& grad) const override;
  Column drift_kick(const LeapfrogStep& step, Batch& phi, Batch& xi, Batch* grad) const override;
  [[nodiscard]] Index preferred_chunk() const override;

 private:
  std::vector<Index> torus_;
  FieldStencil stencil_;
};

}  // namespace nmc
