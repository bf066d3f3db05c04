#pragma once

#include "core/interfaces.hpp"

namespace nmc {

/// Metropolised independence sampler (Hastings 1970; Liu 1996): x' ~ q, accepted with
///   min[1, p(x') q(x) / (p(x) q(x'))].
/// ln q of a proposal comes with its draw and stays with the chain as long as x does. Target and
/// model must outlive it.
class IndependenceSampler final : public Sampler {
 public:
  IndependenceSampler(const Target& target, const Model& model);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  /// Starts from draws of the model. For configurations that come from elsewhere ln q is taken from
  /// log_prob, once.
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;

 private:
  const Target& target_;
  const Model& model_;
};

}  // namespace nmc
