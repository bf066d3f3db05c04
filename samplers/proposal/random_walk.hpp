#pragma once

#include "core/interfaces.hpp"
#include "core/optimise/dual_averaging.hpp"

namespace nmc {

struct RandomWalkOptions {
  double width = 0;     ///< of the Gaussian proposal; 0: 2.38/√sites to start with
  Index proposals = 1;  ///< per step
  /// Acceptance that warm-up tunes the width to (Roberts, Gelman and Gilks 1997); 0: keep the
  /// width.
  double target_acceptance = 0.234;
  double start_width = 1;  ///< of the normal starting configurations
};

/// Random-walk Metropolis on real configurations: x' = x + width·ξ on all sites, ξ normal.
class RandomWalk final : public Sampler {
 public:
  RandomWalk(const Target& target, const RandomWalkOptions& options);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;

  [[nodiscard]] bool wants_adaptation() const override { return options_.target_acceptance > 0; }
  void adapt(const WarmupStep& pooled) override;
  [[nodiscard]] std::vector<double> tuning() const override;
  void set_tuning(std::span<const double> tuning) override;
  [[nodiscard]] double width() const { return width_; }

 private:
  const Target& target_;
  RandomWalkOptions options_;
  double width_;
  DualAveraging averaging_;
};

}  // namespace nmc
