#include "samplers/proposal/random_walk.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "samplers/continuous.hpp"

namespace nmc {

RandomWalk::RandomWalk(const Target& target, const RandomWalkOptions& options)
    : sites_(target.sites()), support_(target.support()), options_(options), width_(options.width) {
  require_continuous(target, "random_walk");
  require(options.width >= 0, "the width of the random walk must not be negative");
  require(options.proposals >= 1, "the random walk needs at least one proposal per step");
  require(0 <= options.target_acceptance && options.target_acceptance < 1,
          "the acceptance that the random walk is tuned to must lie in [0, 1)");
  // Roberts, Gelman and Gilks (1997): optimal for a normal of unit variance in many dimensions.
  if (width_ == 0) width_ = 2.38 / std::sqrt(static_cast<double>(sites_));
  averaging_.restart(width_);
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
  return std::min(width_, longest_step(support_));
}

ProposalTraits RandomWalk::traits() const {
  ProposalTraits traits;
  traits.attempts = options_.proposals;
  traits.step_size = width();
  return traits;
}

void RandomWalk::adapt(const WarmupStep& pooled) {
  averaging_.update(pooled.acceptance(0), options_.target_acceptance);
  const bool is_last = pooled.step + 1 == pooled.warmup;
  width_ = is_last ? averaging_.averaged_step() : averaging_.step();
}

std::vector<double> RandomWalk::numbers() const {
  std::vector<double> all = averaging_.state();
  all.push_back(width_);
  return all;
}

void RandomWalk::set_numbers(std::span<const double> numbers) {
  require(numbers.size() == DualAveraging::state_size + 1,
          "the stored tuning does not belong to a random walk");
  averaging_.set_state(numbers.first(DualAveraging::state_size));
  width_ = numbers.back();
}

MetropolisHastings random_walk_sampler(const Target& target, const RandomWalkOptions& options) {
  return {target, std::make_unique<RandomWalk>(target, options)};
}

}  // namespace nmc
