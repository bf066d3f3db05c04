#pragma once

#include <optional>

#include "core/interfaces.hpp"
#include "samplers/hamiltonian/mass.hpp"

namespace nmc {

/// A differentiable target in coordinates y of x = μ + L y, with M^{-1} = L Lᵀ of a mass. ln p is
/// that of x: the Jacobian is a constant. The target must outlive it.
class Whitened {
 public:
  /// L = 1, μ = 0.
  explicit Whitened(const Target& target);
  /// Not of a mass in wave vectors.
  void set(const Mass& mass, const Eigen::VectorXd& mean);

  [[nodiscard]] Index sites() const { return target_.sites(); }
  [[nodiscard]] Batch to_x(const Batch& y) const;
  [[nodiscard]] Batch to_y(const Batch& x) const;
  /// Lᵀ ∇ ln p(x), the gradient by y from that by x.
  [[nodiscard]] Batch pulled_back(const Batch& grad) const { return mass_->transposed_times(grad); }
  [[nodiscard]] Column log_density(const Batch& y) const { return target_.log_density(to_x(y)); }
  /// With its gradient by y, and that by x where it is asked for.
  Column log_density_grad(const Batch& y, Batch& grad, Batch* by_x = nullptr) const;
  /// Row c is ∂²ln p/∂y² u(c), by central differences of the gradient: of relative error 1e-8.
  [[nodiscard]] Batch curvature_times(const Batch& y, const Batch& u) const;

 private:
  const Target& target_;
  std::optional<Mass> mass_;
  Eigen::VectorXd mean_;  ///< (0): zero
};

}  // namespace nmc
