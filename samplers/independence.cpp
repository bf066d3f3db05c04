#include "samplers/independence.hpp"

#include <utility>

#include "samplers/accept.hpp"
#include "samplers/model_state.hpp"

namespace nmc {

IndependenceSampler::IndependenceSampler(const Target& target, const Model& model)
    : target_(target), model_(model) {
  check_model(target, model);
}

void IndependenceSampler::init(ChainState& state, const Streams& streams, Index chains) const {
  start_from_model(target_, model_, state, streams, chains);
}

StepInfo IndependenceSampler::step(ChainState& state, const Streams& streams) const {
  Draw draw = model_.sample(streams.with(Purpose::propose), state.x.rows());
  const Column log_p = target_.log_density(draw.x);
  const Column log_ratio = (log_p - draw.log_q) - (state.log_p - state.log_q);
  const Verdict verdict = metropolis(log_ratio, streams);
  take_rows(verdict.accepted, {std::move(draw.x), log_p, {}, std::move(draw.log_q)}, state);
  StepInfo info;
  info.acceptance = verdict.probability;
  info.accepted = verdict.accepted;
  info.diverging = not_finite(log_ratio);
  return info;
}

}  // namespace nmc
