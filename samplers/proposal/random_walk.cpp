#include "samplers/proposal/random_walk.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "samplers/continuous.hpp"

namespace nmc {
namespace {

// Roberts, Gelman and Gilks (1997): optimal for a normal of unit variance in many dimensions.
double first_width(double given, Index sites) {
  return given == 0 ? 2.38 / std::sqrt(static_cast<double>(sites)) : given;
}

}  // namespace

RandomWalk::RandomWalk(const Target& target, const RandomWalkOptions& options)
    : sites_(target.sites()),
      support_(target.support()),
      options_(options),
      width_(first_width(options.width, sites_), options.target_acceptance, "a random walk") {
  require_continuous(target, "random_walk");
  require(options.proposals >= 1, "the random walk needs at least one proposal per step");
}

void RandomWalk::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() == 0)
    state.x = continuous_start(support_, streams, {chains, sites_}, options_.start_width);
}

Proposed RandomWalk::propose(const ChainState& state, const Streams& streams, Index attempt) const {
  Batch xi(state.x.rows(), sites_);
  fill_normal(streams.with(Purpose::propose), xi, attempt * sites_);
  return walk(state, xi);
}

Proposed RandomWalk::walk(const ChainState& state, const Batch& xi) const {
  ChainState next;
  next.x = state.x + width() * xi;
  bring_back(support_, next.x);
  return {std::move(next), Column::Zero(xi.rows())};
}

double RandomWalk::width() const {
  return std::min(width_.width(), longest_step(support_));
}

ProposalTraits RandomWalk::traits() const {
  ProposalTraits traits;
  traits.attempts = options_.proposals;
  traits.step_size = width();
  return traits;
}

MetropolisHastings random_walk_sampler(const Target& target, const RandomWalkOptions& options) {
  return {target, std::make_unique<RandomWalk>(target, options)};
}

}  // namespace nmc
