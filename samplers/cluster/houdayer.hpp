#pragma once

#include "core/roles/sampler.hpp"
#include "core/roles/spin_target.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc {

/// Houdayer's cluster move between the replicas 2k and 2k + 1 of every chain, which share target
/// and temperature (2001; as "isoenergetic cluster move" Zhu, Ochoa and Katzgraber, Phys. Rev.
/// Lett. 115 (2015) 077201). It keeps H(s) + H(t) and is no sampler by itself: compose it with
/// local updates. It pays where the sites on which replicas differ do not percolate, in two
/// dimensions at low temperature. The spins are bytes. The target must outlive it.
class Houdayer final : public Sampler {
 public:
  Houdayer(const SpinTarget& target, SpinStart start);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index rows) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] SamplerTraits traits() const override {
    return {.has_fast_steps = true, .rows_per_chain = 2};
  }

 private:
  const SpinTarget& target_;
  SpinStart start_;
  Adjacency neighbours_;
  bool has_symmetry_;
};

}  // namespace nmc
