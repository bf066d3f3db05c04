#include "samplers/proposal/reversible_steps.hpp"

namespace nmc {

ReversibleSteps::ReversibleSteps(ReversibleSampler& kernel, Index steps)
    : kernel_(kernel), steps_(steps) {
  require(steps >= 1, "a proposal takes at least one step of its kernel");
  require(!is_tuned(kernel.tuning()),
          "a kernel inside a proposal is not tuned: give it the step size it shall keep, and "
          "target_acceptance = 0");
}

void ReversibleSteps::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() > 0) return;
  ChainState walker;
  kernel_.init(walker, streams.nested(), chains);
  state.x = walker.configurations();
}

Proposed ReversibleSteps::propose(const ChainState& state, const Streams& streams,
                                  Index /*attempt*/) const {
  ChainState walker;
  walker.x = state.x;
  kernel_.init(walker, streams.nested(), state.x.rows());
  const Column before = walker.log_p;
  // Steps of their own for every step of the outer chain, and numbers that it does not share.
  const auto first = streams.step * static_cast<std::uint64_t>(steps_);
  kernel_.steps(walker, streams.nested().at_step(first), steps_);
  ChainState next;
  next.x = walker.configurations();
  return {std::move(next), before - walker.log_p};
}

ProposalTraits ReversibleSteps::traits() const {
  ProposalTraits traits;
  traits.preferred_chunk = kernel_.traits().preferred_chunk;
  return traits;
}

}  // namespace nmc
