#pragma once

#include "core/interfaces.hpp"

namespace nmc {

/// Neal's funnel (Slice sampling, Ann. Stat. 31, 705 (2003), section 8): v = x_0 ~ N(0, σ²), and
/// x_1 … x_{n−1} ~ N(0, e^v) given v. Normalised: lnZ = 0.
class Funnel final : public Target {
 public:
  /// sites >= 2; the scale σ > 0.
  Funnel(Index sites, double scale);

  [[nodiscard]] Index sites() const override { return sites_; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override;
  Column log_density_grad(const Batch& x, Batch& grad) const override;

 private:
  Index sites_;
  double scale_;
};

}  // namespace nmc
