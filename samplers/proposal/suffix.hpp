#pragma once

#include "samplers/proposal/metropolis_hastings.hpp"

namespace nmc {

/// Redraws the end of a configuration from an autoregressive model: the number of tokens that go,
/// 1 … longest, is uniform and of each chain its own. The ratio is q(s) / q(s') here too, because
/// the tokens kept have the same q in both. A learned cluster move: all tokens redrawn, it is
/// IndependentDraw. The model must outlive it.
class SuffixRedraw final : public Proposal {
 public:
  /// longest: tokens that are redrawn at most; 0: all of them.
  explicit SuffixRedraw(const Autoregressive& model, Index longest = 0);

  [[nodiscard]] Index sites() const override { return model_.sites(); }
  [[nodiscard]] Support support() const override { return model_.support(); }
  /// Starts from draws of the model.
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  [[nodiscard]] Proposed propose(const ChainState& state, const Streams& streams,
                                 Index attempt) const override;

 private:
  const Autoregressive& model_;
  Index longest_;
};

/// s' is accepted with min[1, p(s') q(s) / (p(s) q(s'))]. UserError where the model cannot propose
/// configurations of the target. Both must outlive it.
[[nodiscard]] MetropolisHastings suffix_sampler(const Target& target, const Autoregressive& model,
                                                Index longest = 0);

}  // namespace nmc
