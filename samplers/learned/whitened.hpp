#pragma once

#include <optional>

#include "core/interfaces.hpp"
#include "samplers/hamiltonian/mass.hpp"
#include "samplers/learned/radial_fit.hpp"

namespace nmc {

/// A differentiable target in coordinates y of x = μ + L y, with M^{-1} = L Lᵀ of a mass, or of x =
/// μ + L z with lengths of z that are warped. ln p is that of x, to which the warp adds its
/// ln |det ∂z/∂y|: what is left of the Jacobian is a constant. The target must outlive it.
class Whitened {
 public:
  /// L = 1, μ = 0.
  explicit Whitened(const Target& target);
  /// Not of a mass in wave vectors.
  void set(const Mass& mass, const Eigen::VectorXd& mean);
  void set(const RadialCoordinates& coordinates);

  [[nodiscard]] Index sites() const { return target_.sites(); }
  [[nodiscard]] Batch to_x(const Batch& y) const;
  [[nodiscard]] Batch to_y(const Batch& x) const;
  /// Lᵀ ∇ ln p(x), the gradient by y from that by x; of coordinates without a warp.
  [[nodiscard]] Batch pulled_back(const Batch& grad) const { return mass_->transposed_times(grad); }
  [[nodiscard]] bool is_warped() const { return warp_.has_value(); }
  /// ln |det ∂z/∂y|, 0 without a warp.
  [[nodiscard]] Column log_det(const Batch& y) const {
    return warp_ ? warp_->log_det(y) : Column(Column::Zero(y.rows()));
  }
  [[nodiscard]] Column log_density(const Batch& y) const {
    return target_.log_density(to_x(y)) + log_det(y);
  }
  /// With its gradient by y, and that by x where it is asked for.
  Column log_density_grad(const Batch& y, Batch& grad, Batch* by_x = nullptr) const;
  /// Row c is ∂²ln p/∂y² u(c), by central differences of the gradient: of relative error 1e-8.
  [[nodiscard]] Batch curvature_times(const Batch& y, const Batch& u) const;

 private:
  const Target& target_;
  std::optional<Mass> mass_;
  Eigen::VectorXd mean_;  ///< (0): zero
  std::optional<RadialWarp> warp_{};
};

}  // namespace nmc
