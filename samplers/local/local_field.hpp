#pragma once

#include "core/fields/lattice_field.hpp"
#include "core/roles/sampler.hpp"
#include "samplers/tuned_width.hpp"

namespace nmc {

struct LocalFieldOptions {
  double width = 1;                ///< proposals are φ + width·u, u uniform in (−1, 1)
  Index sweeps = 1;                ///< per step
  double target_acceptance = 0.5;  ///< tuned to in warm-up; 0: keep the width
  double start_width = 1;          ///< of the normal starting configurations
};

/// Metropolis updates of single sites of a lattice field, colour by colour, chains side by side in
/// vectors. A step visits every site `sweeps` times. The target must outlive it.
class LocalField final : public Sampler {
 public:
  LocalField(const LatticeField& target, const LocalFieldOptions& options);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] SamplerTraits traits() const override {
    return {.has_fast_steps = true, .preferred_chunk = target_.preferred_chunk()};
  }
  [[nodiscard]] Tuning* tuning() override { return &width_; }
  [[nodiscard]] double width() const { return width_.width(); }

 private:
  const LatticeField& target_;
  LocalFieldOptions options_;
  TunedWidth width_;
};

}  // namespace nmc
