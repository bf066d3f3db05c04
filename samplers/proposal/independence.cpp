#include "samplers/proposal/independence.hpp"

#include "samplers/proposal/model_state.hpp"

namespace nmc {

IndependenceSampler::IndependenceSampler(const Target& target, const Model& model)
    : target_(target), model_(model) {
  check_model(target, model);
}

void IndependenceSampler::init(ChainState& state, const Streams& streams, Index chains) const {
  start_from_model(target_, model_, state, streams, chains);
}

StepInfo IndependenceSampler::step(ChainState& state, const Streams& streams) const {
  return accept_draw(target_, model_.sample(streams.with(Purpose::propose), state.x.rows()), state,
                     streams);
}

}  // namespace nmc
