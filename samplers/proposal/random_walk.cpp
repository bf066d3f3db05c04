#include "samplers/proposal/random_walk.hpp"

#include <cmath>
#include <utility>

#include "samplers/accept.hpp"

namespace nmc {

RandomWalk::RandomWalk(Index sites, const RandomWalkOptions& options)
    : sites_(sites), options_(options), width_(options.width) {
  require(options.width >= 0, "the width of the random walk must not be negative");
  require(options.proposals >= 1, "the random walk needs at least one proposal per step");
  require(0 <= options.target_acceptance && options.target_acceptance < 1,
          "the acceptance that the random walk is tuned to must lie in [0, 1)");
  // Roberts, Gelman and Gilks (1997): optimal for a normal of unit variance in many dimensions.
  if (width_ == 0) width_ = 2.38 / std::sqrt(static_cast<double>(sites));
  averaging_.restart(width_);
}

void RandomWalk::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() == 0) state.x = normal_start(streams, chains, sites_, options_.start_width);
}

Proposed RandomWalk::propose(const ChainState& state, const Streams& streams, Index attempt) const {
  const Index chains = state.x.rows();
  Batch xi(chains, sites_);
  fill_normal(streams.with(Purpose::propose), xi, attempt * sites_);
  ChainState next;
  next.x = state.x + width_ * xi;
  return {std::move(next), Column::Zero(chains)};
}

ProposalTraits RandomWalk::traits() const {
  ProposalTraits traits;
  traits.attempts = options_.proposals;
  traits.step_size = width_;
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
  require_real(target, "random_walk");
  return {target, std::make_unique<RandomWalk>(target.sites(), options)};
}

}  // namespace nmc
