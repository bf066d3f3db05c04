#pragma once

#include "core/fields/lattice_field.hpp"
#include "core/roles/sampler.hpp"

namespace nmc {

struct FieldClusterOptions {
  Index clusters = 1;      ///< per step
  double start_width = 1;  ///< of the normal starting configurations
};

/// Clusters of the signs of a lattice field (Brower and Tamayo 1989). The moduli stay, so that it
/// is no sampler by itself: compose it with metropolis or hmc. The target must outlive it.
class FieldCluster final : public Sampler {
 public:
  FieldCluster(const LatticeField& target, const FieldClusterOptions& options);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] SamplerTraits traits() const override {
    return {.has_fast_steps = true, .preferred_chunk = target_.preferred_chunk()};
  }

 private:
  const LatticeField& target_;
  FieldClusterOptions options_;
};

}  // namespace nmc
