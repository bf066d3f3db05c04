#pragma once

#include <vector>

#include "core/batch.hpp"
#include "physics/exact/jet.hpp"

namespace nmc {

/// e^{−|x|} I_n(x) for n = 0 … most, by its series where |x| <= 2, else by backward recurrence
/// (Miller), normalised by e^x = I_0 + 2 Σ I_n: positive terms alone, so that all have full
/// relative accuracy down to what underflows.
[[nodiscard]] std::vector<double> scaled_bessel(double x, Index most);

/// The Fourier coefficients of a bond's weight e^{βJ cos θ} = Σ_n I_n(βJ) e^{inθ}, times the
/// constant e^{−β|J|}, with their derivatives by β.
class BondCharacters {
 public:
  /// Those above `precision` of the largest.
  BondCharacters(double beta, double J, double precision);
  /// The largest |n|.
  [[nodiscard]] Index most() const { return static_cast<Index>(jets_.size()) - 1; }
  /// 0 beyond most().
  [[nodiscard]] Jet operator()(Index n) const;

 private:
  std::vector<Jet> jets_;
};

}  // namespace nmc
