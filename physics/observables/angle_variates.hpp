#pragma once

#include "core/roles/control_variates.hpp"
#include "physics/systems/xy.hpp"

namespace nmc {

/// Control variates of angles: L h = Δh + ∇ ln p · ∇h, the generator of Langevin dynamics, whose
/// mean is 0 for every h of period 2π (Stein's identity on a torus). h are the energy H,
/// Q = |Σ e^{iθ}|², H², Q², H Q and H³.
class AngleVariates final : public ControlVariates {
 public:
  /// model must outlive it.
  explicit AngleVariates(const XyModel& model);
  [[nodiscard]] const std::vector<std::string>& names() const override { return names_; }
  [[nodiscard]] Batch measure(const Batch& theta) const override;

 private:
  const XyModel& model_;
  std::vector<std::string> names_;
};

}  // namespace nmc
