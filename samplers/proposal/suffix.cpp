#include "samplers/proposal/suffix.hpp"

#include <algorithm>
#include <string>

#include "samplers/proposal/model_state.hpp"

namespace nmc {

SuffixRedraw::SuffixRedraw(const Autoregressive& model, Index longest)
    : model_(model), longest_(longest == 0 ? model.tokens() : longest) {
  require(longest_ >= 1 && longest_ <= model.tokens(), "suffixes of " + std::to_string(longest) +
                                                           " tokens; the model has " +
                                                           std::to_string(model.tokens()));
}

void SuffixRedraw::init(ChainState& state, const Streams& streams, Index chains) const {
  start_from_model(model_, state, streams, chains);
}

Proposed SuffixRedraw::propose(const ChainState& state, const Streams& streams,
                               Index /*attempt*/) const {
  const Column u = uniform_column(streams.with(Purpose::suffix), state.x.rows());
  std::vector<Index> kept(static_cast<std::size_t>(u.size()));
  for (Index c = 0; c < u.size(); ++c) {
    const auto gone = 1 + static_cast<Index>(u(c) * static_cast<double>(longest_));
    kept[static_cast<std::size_t>(c)] = model_.tokens() - std::min(gone, longest_);
  }
  return of_model(model_.redraw(state.x, kept, streams.with(Purpose::propose)));
}

MetropolisHastings suffix_sampler(const Target& target, const Autoregressive& model,
                                  Index longest) {
  check_model(target, model);
  return {target, std::make_unique<SuffixRedraw>(model, longest)};
}

}  // namespace nmc
