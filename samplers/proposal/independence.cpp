#include "samplers/proposal/independence.hpp"

#include "samplers/proposal/model_state.hpp"

namespace nmc {

void IndependentDraw::init(ChainState& state, const Streams& streams, Index chains) const {
  start_from_model(model_, state, streams, chains);
}

Proposed IndependentDraw::propose(const ChainState& state, const Streams& streams,
                                  Index /*attempt*/) const {
  return of_model(model_.sample(streams.with(Purpose::propose), state.x.rows()));
}

MetropolisHastings independence_sampler(const Target& target, const Model& model) {
  check_model(target, model);
  return {target, std::make_unique<IndependentDraw>(model)};
}

}  // namespace nmc
