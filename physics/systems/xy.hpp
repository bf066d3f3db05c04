#pragma once

#include "core/fields/coupled_angles.hpp"

namespace nmc {

/// The XY model on any graph, a density with respect to Π dθ_i, θ in (−π, π]:
///   ln p(θ) = −β H(θ) + const,  H = −Σ_bonds J cos(θ_i − θ_j) − Σ_i h_i cos θ_i.
/// Its partition function, Z = ∫ Π dθ_i e^{−βH}, is (2π)^sites at β = 0.
class XyModel final : public CoupledAngles {
 public:
  /// beta >= 0, in units of 1/J. UserError where graph or beta are none, or the graph has four-spin
  /// terms.
  XyModel(Graph graph, double beta);

  [[nodiscard]] const Graph& graph() const override { return graph_; }
  [[nodiscard]] const AngleCouplings& couplings() const override { return couplings_; }
  [[nodiscard]] double beta() const override { return beta_; }
  [[nodiscard]] Column energy(const Batch& theta) const override;
  /// The same with ∂H/∂θ, (chains, sites); gradient is resized.
  Column energy_gradient(const Batch& theta, Batch& gradient) const;
  [[nodiscard]] bool is_differentiable() const override { return true; }
  Column log_density_grad(const Batch& theta, Batch& grad) const override;
  [[nodiscard]] Index preferred_chunk() const override;

 private:
  Graph graph_;
  double beta_;
  AngleCouplings couplings_;
};

}  // namespace nmc
