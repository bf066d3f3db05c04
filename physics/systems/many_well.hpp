#pragma once

#include "core/interfaces.hpp"

namespace nmc {

/// A double well, ln p(x) = −c x⁴ + b x² + a x, with its integrals by the trapezoidal rule, which
/// converges exponentially: lnZ and the means to rounding.
struct DoubleWell {
  double quartic = 1;    ///< c > 0
  double quadratic = 6;  ///< b
  double linear = 0.5;   ///< a

  struct Moments {
    double lnZ = 0, mean = 0, mean_square = 0;
  };
  /// UserError where the well is too steep for four million points.
  [[nodiscard]] Moments moments() const;
};

/// Independent pairs of a double well and a Gaussian, ln p = Σ_k −c x_k⁴ + b x_k² + a x_k − y_k²/2
/// with x_k = site 2k and y_k = site 2k + 1 (Noé et al., Science 365, eaaw1147 (2019); 16 pairs in
/// Midgley et al., arXiv:2208.01893): 2^pairs modes of unequal weight. Unnormalised.
class ManyWell final : public Target {
 public:
  ManyWell(Index pairs, const DoubleWell& well);

  [[nodiscard]] Index sites() const override { return 2 * pairs_; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override;
  Column log_density_grad(const Batch& x, Batch& grad) const override;
  /// pairs · (ln ∫ e^{−c x⁴ + b x² + a x} dx + ½ ln 2π).
  [[nodiscard]] double lnZ() const;
  /// Of one well.
  [[nodiscard]] const DoubleWell::Moments& well_moments() const { return moments_; }

 private:
  Index pairs_;
  DoubleWell well_;
  DoubleWell::Moments moments_;
};

}  // namespace nmc
