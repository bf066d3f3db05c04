#pragma once

#include "core/interfaces.hpp"

namespace nmc {

/// k steps of a kernel in detailed balance with a density π̃ of its own, as a proposal: then
/// π̃(x) T^k(x → x') = π̃(x') T^k(x' → x), and
///   ln ratio = ln π̃(x) − ln π̃(x').
/// Z of π̃ cancels and is never asked for: an RBM that recommends (Huang and Wang, Phys. Rev. B 95,
/// 035105 (2017)), a cheap action that stands in for a dear one (Liu et al., Phys. Rev. B 95,
/// 041101 (2017)). The kernel must need no tuning, and outlive it.
class ReversibleSteps final : public Proposal {
 public:
  ReversibleSteps(ReversibleSampler& kernel, Index steps);

  [[nodiscard]] Index sites() const override { return kernel_.sites(); }
  [[nodiscard]] Support support() const override { return kernel_.invariant().support(); }
  /// Starts as the kernel does.
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  [[nodiscard]] Proposed propose(const ChainState& state, const Streams& streams,
                                 Index attempt) const override;
  [[nodiscard]] ProposalTraits traits() const override;

 private:
  const ReversibleSampler& kernel_;
  Index steps_;
};

}  // namespace nmc
