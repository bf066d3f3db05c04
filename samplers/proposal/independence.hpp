#pragma once

#include "samplers/proposal/metropolis_hastings.hpp"

namespace nmc {

/// x' ~ q, whatever x is. ln q of a proposal comes with its draw and stays with the chain as long
/// as x does. The model must outlive it.
class IndependentDraw final : public Proposal {
 public:
  explicit IndependentDraw(const Model& model) : model_(model) {}

  [[nodiscard]] Index sites() const override { return model_.sites(); }
  [[nodiscard]] Support support() const override { return model_.support(); }
  /// Starts from draws of the model. For configurations that come from elsewhere ln q is taken from
  /// log_prob, once.
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  [[nodiscard]] Proposed propose(const ChainState& state, const Streams& streams,
                                 Index attempt) const override;

 private:
  const Model& model_;
};

/// Metropolised independence sampler (Hastings 1970; Liu 1996): x' is accepted with
///   min[1, p(x') q(x) / (p(x) q(x'))].
/// UserError where the model cannot propose configurations of the target. Both must outlive it.
[[nodiscard]] MetropolisHastings independence_sampler(const Target& target, const Model& model);

}  // namespace nmc
