#pragma once

#include "core/fields/coupled_angles.hpp"
#include "core/roles/sampler.hpp"
#include "samplers/continuous.hpp"
#include "samplers/tuned_width.hpp"

namespace nmc {

enum class AngleRule {
  metropolis,      ///< uniform proposals about the old angle
  heat_bath,       ///< drawn given the neighbours, a von Mises density
  overrelaxation,  ///< reflected about the neighbours' pull; H stays, so that it is a part of
                   ///< others
};

enum class AngleStart { random, up };  ///< uniform on the circle; or all angles 0

/// Angles of a chunk at the start, (chains, sites).
[[nodiscard]] Batch starting_angles(AngleStart start, const Streams& streams, StartShape shape);

struct LocalAnglesOptions {
  AngleRule rule = AngleRule::metropolis;
  Index sweeps = 1;                ///< per step
  double width = 1;                ///< metropolis proposes θ + width·u, u uniform in (−1, 1)
  double target_acceptance = 0.5;  ///< metropolis is tuned to in warm-up; 0: keep the width
  AngleStart start = AngleStart::random;
};

/// Updates of single angles in site order, chains side by side in vectors. A step visits every site
/// `sweeps` times. The target must outlive it.
class LocalAngles final : public Sampler {
 public:
  LocalAngles(const CoupledAngles& target, const LocalAnglesOptions& options);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  [[nodiscard]] SamplerTraits traits() const override {
    return {.preferred_chunk = target_.preferred_chunk()};
  }
  [[nodiscard]] Tuning* tuning() override {
    return options_.rule == AngleRule::metropolis ? &width_ : nullptr;
  }
  /// At most π: a wider proposal is a uniform one.
  [[nodiscard]] double width() const;

 private:
  const CoupledAngles& target_;
  LocalAnglesOptions options_;
  TunedWidth width_;
};

}  // namespace nmc
