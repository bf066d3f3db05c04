#pragma once

#include "core/roles/sampler.hpp"
#include "core/roles/spin_target.hpp"
#include "samplers/cluster/cluster_bonds.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc {

/// All clusters at once (Swendsen and Wang 1987) of a ferromagnet on any graph; fields act through
/// a ghost spin, whose cluster does not turn. The spins are bytes. The target must outlive it.
class SwendsenWang final : public Sampler {
 public:
  /// UserError for negative couplings or four-spin terms.
  SwendsenWang(const SpinTarget& target, SpinStart start);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] SamplerTraits traits() const override {
    return {.has_fast_steps = true, .preferred_chunk = 16};
  }

 private:
  const SpinTarget& target_;
  SpinStart start_;
  ClusterBonds bonds_;
};

}  // namespace nmc
