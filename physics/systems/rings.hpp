#pragma once

#include "core/interfaces.hpp"

namespace nmc {

/// Concentric rings in the plane at radii 1 … n, ln p(x) = −min_i ((|x| − i)/w)²: two sites. Not
/// differentiable at the origin and half way between two rings, where the gradient is that of one
/// side (at the origin 0).
class Rings final : public Target {
 public:
  Rings(Index count, double width);

  [[nodiscard]] Index sites() const override { return 2; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override;
  Column log_density_grad(const Batch& x, Batch& grad) const override;

  /// lnZ, ⟨|x|⟩ and ⟨|x|²⟩, closed between the kinks.
  struct Moments {
    double lnZ = 0, mean_radius = 0, mean_square_radius = 0;
  };
  [[nodiscard]] Moments moments() const;

 private:
  [[nodiscard]] Column excess(const Column& radius) const;  ///< (r − i)/w of the nearest ring
  Index count_;
  double width_;
};

}  // namespace nmc
