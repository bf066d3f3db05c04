#pragma once

#include "core/roles/model.hpp"
#include "core/roles/sampler.hpp"
#include "core/roles/wave_function.hpp"

namespace nmc {

/// Fresh draws of |ψ|² at every step, independent of the last ones, of a wave function that can be
/// drawn.
class WaveDraws final : public Sampler {
 public:
  /// The wave function must outlive it. UserError where it cannot be drawn.
  explicit WaveDraws(const WaveFunction& psi);
  [[nodiscard]] Index sites() const override { return psi_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  /// The draw of the last step: those before leave no trace.
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] SamplerTraits traits() const override;

 private:
  const WaveFunction& psi_;
};

}  // namespace nmc
