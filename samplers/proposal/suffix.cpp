#include "samplers/proposal/suffix.hpp"

#include <algorithm>
#include <string>

#include "samplers/proposal/model_state.hpp"

namespace nmc {

SuffixSampler::SuffixSampler(const Target& target, const Autoregressive& model, Index longest)
    : target_(target), model_(model), longest_(longest == 0 ? model.tokens() : longest) {
  check_model(target, model);
  require(longest_ >= 1 && longest_ <= model.tokens(), "suffixes of " + std::to_string(longest) +
                                                           " tokens; the model has " +
                                                           std::to_string(model.tokens()));
}

void SuffixSampler::init(ChainState& state, const Streams& streams, Index chains) const {
  start_from_model(target_, model_, state, streams, chains);
}

StepInfo SuffixSampler::step(ChainState& state, const Streams& streams) const {
  const Column u = uniform_column(streams.with(Purpose::suffix), state.x.rows());
  std::vector<Index> kept(static_cast<std::size_t>(u.size()));
  for (Index c = 0; c < u.size(); ++c) {
    const auto gone = 1 + static_cast<Index>(u(c) * static_cast<double>(longest_));
    kept[static_cast<std::size_t>(c)] = model_.tokens() - std::min(gone, longest_);
  }
  return accept_draw(target_, model_.redraw(state.x, kept, streams.with(Purpose::propose)), state,
                     streams);
}

}  // namespace nmc
