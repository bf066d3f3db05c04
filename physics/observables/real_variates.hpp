#pragma once

#include "core/fields/lattice_field.hpp"
#include "core/roles/control_variates.hpp"

namespace nmc {

/// Control variates of real numbers: div v + v · ∇ ln p for vector fields v(x), whose mean is 0 by
/// partial integration (Stein's identity; Mira, Solgi and Imparato, Stat. Comput. 23, 653 (2013)),
/// where p v vanishes at infinity. v_i are x_i, M, (A x)_i, (A² x)_i, x_i³, M³ / N², x_i M² / N,
/// M x_i², x_i⁵ and 1, with M = Σ x over N sites and A the couplings of a lattice field; those with
/// A are there for such fields alone.
class RealVariates final : public ControlVariates {
 public:
  /// Both must outlive it; the target is differentiable. `field`: the same target where it is one.
  explicit RealVariates(const Target& target, const LatticeField* field = nullptr);
  [[nodiscard]] const std::vector<std::string>& names() const override { return names_; }
  [[nodiscard]] Batch measure(const Batch& x) const override;

 private:
  const Target& target_;
  const LatticeField* field_;
  std::vector<std::string> names_;
  double trace_ = 0;  ///< Tr A²
};

}  // namespace nmc
