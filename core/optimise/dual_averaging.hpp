#pragma once

#include <span>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// Dual averaging of a step size towards a wanted acceptance (Nesterov 2009; Hoffman and Gelman,
/// JMLR 15, 1593, 2014, algorithm 5, with their γ = 0.05, t0 = 10, κ = 0.75):
///   H ← (1 − 1/(t + t0)) H + (δ − α)/(t + t0),  ln ε = μ − (√t/γ) H,
///   ln ε̄ ← t^{−κ} ln ε + (1 − t^{−κ}) ln ε̄.
class DualAveraging {
 public:
  explicit DualAveraging(double step = 1) { restart(step); }
  /// Forgets the past and searches around 10·step.
  void restart(double step);
  /// NaN (no step was made) changes nothing.
  void update(double acceptance, double wanted);
  [[nodiscard]] double step() const;           ///< to be used while adapting
  [[nodiscard]] double averaged_step() const;  ///< to be frozen afterwards
  [[nodiscard]] std::vector<double> state() const { return {mu_, bias_, log_average_, count_}; }
  void set_state(std::span<const double> state);
  static constexpr std::size_t state_size = 4;

 private:
  double mu_ = 0;
  double bias_ = 0;
  double log_average_ = 0;
  double count_ = 0;
};

}  // namespace nmc
