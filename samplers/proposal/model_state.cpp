#include "samplers/proposal/model_state.hpp"

#include <string>
#include <utility>

namespace nmc {

void check_model(const Target& target, const Model& model) {
  require(target.sites() == model.sites(),
          "the model has " + std::to_string(model.sites()) + " sites and the system " +
              std::to_string(target.sites()) + "; train a model for this system");
  require(target.support() == model.support(), "the model has " + in_words(model.support()) +
                                                   " and the system " + in_words(target.support()));
}

void start_from_model(const Model& model, ChainState& state, const Streams& streams, Index chains) {
  if (state.x.cols() > 0) {
    state.log_q = model.log_prob(state.x);
    return;
  }
  Draw draw = model.sample(streams.with(Purpose::init), chains);
  state.x = std::move(draw.x);
  state.log_q = std::move(draw.log_q);
}

Proposed of_model(Draw draw) {
  const Index chains = draw.x.rows();
  ChainState next;
  next.x = std::move(draw.x);
  next.log_q = std::move(draw.log_q);
  return {std::move(next), Column::Zero(chains)};
}

}  // namespace nmc
