#pragma once

#include "core/interfaces.hpp"

namespace nmc {

/// Redraws the end of a configuration from an autoregressive model: the number of tokens that go,
/// 1 … longest, is uniform and of each chain its own; s' is accepted with
///   min[1, p(s') q(s) / (p(s) q(s'))],
/// which is the ratio of the proposals too, because the tokens kept have the same q in both. A
/// learned cluster move: all tokens redrawn, it is the independence sampler. Target and model must
/// outlive it.
class SuffixSampler final : public Sampler {
 public:
  /// longest: tokens that are redrawn at most; 0: all of them.
  SuffixSampler(const Target& target, const Autoregressive& model, Index longest = 0);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  /// Starts from draws of the model.
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;

 private:
  const Target& target_;
  const Autoregressive& model_;
  Index longest_;
};

}  // namespace nmc
