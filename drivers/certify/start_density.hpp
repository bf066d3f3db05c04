#pragma once

#include <Eigen/Core>

#include "drivers/catalog/entries/entry.hpp"
#include "drivers/certify/stationarity.hpp"

namespace nmc::certify {

/// A density that can be drawn from and is near the target's, from which steps begin: the target's
/// own where its states can be enumerated, independent discrete sites or angles, or for real
/// numbers the normal with mean and covariance of where the sampler's own chains went.
class StartDensity {
 public:
  StartDensity(const catalog::SamplerParts& parts, const System& system, bool is_enumerated);
  /// `before`, its weights and ln p; of enumerated states as many of each as its share, rounded up.
  [[nodiscard]] OneStep draw(Index chains) const;
  /// All states, each as often.
  [[nodiscard]] OneStep each_state(Index copies) const;

 private:
  void fit(const catalog::SamplerParts& parts);
  [[nodiscard]] OneStep draw_states(Index chains) const;

  const System& system_;
  bool is_enumerated_;
  Eigen::VectorXd mean_;
  Eigen::MatrixXd factor_;  ///< of the covariance, lower; of real numbers alone
};

}  // namespace nmc::certify
