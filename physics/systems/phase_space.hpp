#pragma once

#include <memory>
#include <utility>

#include "core/roles/family.hpp"
#include "core/roles/target.hpp"

namespace nmc {

/// Positions with the density of a target, and a momentum beside each of them:
/// ln p(q, p) = ln p(q) − Σ p²/(2 m), the Boltzmann weight of H = Σ p²/(2 m) + V(q), V = −ln p(q),
/// at β = 1. Configurations are (q_0 … q_{N−1}, p_0 … p_{N−1}).
class PhaseSpace final : public Target {
 public:
  /// Throws UserError unless the positions are real numbers and 0 < mass < ∞.
  PhaseSpace(std::unique_ptr<const Target> positions, double mass);

  [[nodiscard]] Index sites() const override { return 2 * positions_->sites(); }
  [[nodiscard]] Support support() const override { return positions_->support(); }
  [[nodiscard]] Column log_density(const Batch& x) const override;
  Column log_density_grad(const Batch& x, Batch& grad) const override;
  [[nodiscard]] bool is_differentiable() const override { return positions_->is_differentiable(); }
  [[nodiscard]] Index preferred_chunk() const override { return positions_->preferred_chunk(); }
  /// ln of the integral over the momenta, N/2 ln(2π m).
  [[nodiscard]] double log_momenta() const;

 private:
  std::unique_ptr<const Target> positions_;
  double mass_;
};

/// A family of positions with momenta of one mass.
class PhaseSpaceFamily final : public TargetFamily {
 public:
  PhaseSpaceFamily(std::unique_ptr<const TargetFamily> positions, double mass)
      : positions_(std::move(positions)), mass_(mass) {}
  [[nodiscard]] const std::vector<ConditionRange>& ranges() const override {
    return positions_->ranges();
  }
  [[nodiscard]] std::unique_ptr<const Target> at(const Condition& condition) const override {
    return std::make_unique<PhaseSpace>(positions_->at(condition), mass_);
  }

 private:
  std::unique_ptr<const TargetFamily> positions_;
  double mass_;
};

}  // namespace nmc
