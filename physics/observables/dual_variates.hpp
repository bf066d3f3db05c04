#pragma once

#include "core/roles/control_variates.hpp"
#include "physics/systems/dual_ising.hpp"

namespace nmc {

/// Control variates of the dual Ising field: Stein's identity, div v + v · ∇ ln p, for v = K w, so
/// that K⁻¹ falls out of v · (t − K⁻¹x), t = tanh(x + βh). With T = Σ t over N sites and M = Σ x,
/// w_j are t_j, T, x_j, M, t_j (t·Kt) / N, t_j T² / N and T³ / N².
class DualVariates final : public ControlVariates {
 public:
  /// dual must outlive it. `of_stencil`: configurations are y with x = K y.
  explicit DualVariates(const DualIsing& dual, bool of_stencil = false);
  [[nodiscard]] const std::vector<std::string>& names() const override { return names_; }
  [[nodiscard]] Batch measure(const Batch& x) const override;

 private:
  const DualIsing& dual_;
  bool of_stencil_;
  std::vector<std::string> names_;
  Column row_sums_;  ///< K 1, (sites)
};

}  // namespace nmc
