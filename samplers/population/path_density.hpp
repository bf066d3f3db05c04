#pragma once

#include "core/roles/target.hpp"

namespace nmc {

/// A point on the geometric path between two densities, ln p_λ = (1 − λ) ln q + λ ln p with λ from
/// 0 to 1 (Neal, Stat. Comput. 11, 125 (2001), eq. 3). Both must outlive it.
class PathDensity final : public Target {
 public:
  struct Ends {
    const Target& start;  ///< q, normalised
    const Target& end;    ///< p
  };
  /// UserError where they differ in sites or support.
  PathDensity(const Ends& ends, double lambda);

  [[nodiscard]] double lambda() const { return lambda_; }
  [[nodiscard]] Index sites() const override { return ends_.end.sites(); }
  [[nodiscard]] Support support() const override { return ends_.end.support(); }
  [[nodiscard]] bool is_differentiable() const override {
    return ends_.start.is_differentiable() && ends_.end.is_differentiable();
  }
  [[nodiscard]] Column log_density(const Batch& x) const override;
  Column log_density_grad(const Batch& x, Batch& grad) const override;
  [[nodiscard]] Index preferred_chunk() const override;

 private:
  /// (1 − λ) ln q + λ ln p; an end whose share is 0 says nothing, whatever it is.
  [[nodiscard]] Column between(const Column& log_q, const Column& log_p) const;

  Ends ends_;
  double lambda_;
};

}  // namespace nmc
