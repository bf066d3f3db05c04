#pragma once

#include <span>

namespace nmc {

/// Trainable numbers in one contiguous span, in double whatever they are computed with: a step of
/// an optimiser, a file and a sum over ranks are one loop each.
class Parametric {
 public:
  virtual ~Parametric() = default;
  [[nodiscard]] virtual std::span<const double> parameters() const = 0;
  [[nodiscard]] virtual std::span<double> parameters() = 0;
  /// Call after writing to parameters(): kernels keep weights in a packed form of their own.
  virtual void parameters_changed() {}
};

}  // namespace nmc
