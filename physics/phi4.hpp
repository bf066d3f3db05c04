#pragma once

#include <vector>

#include "core/interfaces.hpp"
#include "physics/lattice.hpp"
#include "physics/observables.hpp"

namespace nmc {

/// Scalar φ⁴ theory, conventions.md section 5: ln p(φ) = −S(φ) + const with
/// S = Σ_bonds (φ_i − φ_j)² + Σ_i (m² φ_i² + λ φ_i⁴), no factors ½; m² may be negative.
class Phi4 final : public Target {
 public:
  /// lambda > 0, or lambda = 0 and m_squared > 0.
  Phi4(const Lattice& lattice, double m_squared, double lambda);

  [[nodiscard]] Index sites() const override { return graph_.sites; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& phi) const override;
  Column log_density_grad(const Batch& phi, Batch& grad) const override;

 private:
  Graph graph_;
  Adjacency adjacency_;
  std::vector<double> diagonal_;  ///< m² + number of bonds of each site
  double lambda_;
};

/// Per site: action S/V, m = Σφ/V, abs_m, m2, m4, phi4 (mean φ⁴, for ⟨S/V⟩ = ½ − λ⟨φ⁴⟩).
[[nodiscard]] Observables phi4_observables(const Phi4& phi4);

}  // namespace nmc
