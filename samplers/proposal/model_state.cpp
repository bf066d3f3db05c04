#include "samplers/proposal/model_state.hpp"

#include <string>
#include <utility>

#include "samplers/accept.hpp"

namespace nmc {

void check_model(const Target& target, const Model& model) {
  require(target.sites() == model.sites(),
          "the model has " + std::to_string(model.sites()) + " sites and the system " +
              std::to_string(target.sites()) + "; train a model for this system");
  require(target.support() == model.support(),
          "the model and the system differ in kind: one has spins, the other real numbers");
}

void start_from_model(const Target& target, const Model& model, ChainState& state,
                      const Streams& streams, Index chains) {
  if (!state.spins.empty()) {
    state.x = state.spins.unpack();
    state.spins = Spins();
  }
  if (state.x.cols() == 0) {
    Draw draw = model.sample(streams.with(Purpose::init), chains);
    state.x = std::move(draw.x);
    state.log_q = std::move(draw.log_q);
  } else {
    state.log_q = model.log_prob(state.x);
  }
  state.log_p = target.log_density(state.x);
}

StepInfo accept_draw(const Target& target, Draw draw, ChainState& state, const Streams& streams) {
  const Column log_p = target.log_density(draw.x);
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
