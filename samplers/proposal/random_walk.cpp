#include "samplers/proposal/random_walk.hpp"

#include <cmath>

#include "samplers/accept.hpp"

namespace nmc {

RandomWalk::RandomWalk(const Target& target, const RandomWalkOptions& options)
    : target_(target), options_(options), width_(options.width) {
  require_real(target, "random_walk");
  require(options.width >= 0, "the width of the random walk must not be negative");
  require(options.proposals >= 1, "the random walk needs at least one proposal per step");
  require(0 <= options.target_acceptance && options.target_acceptance < 1,
          "the acceptance that the random walk is tuned to must lie in [0, 1)");
  // Roberts, Gelman and Gilks (1997): optimal for a normal of unit variance in many dimensions.
  if (width_ == 0) width_ = 2.38 / std::sqrt(static_cast<double>(target.sites()));
  averaging_.restart(width_);
}

void RandomWalk::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() == 0) state.x = normal_start(streams, chains, sites(), options_.start_width);
  state.log_p = target_.log_density(state.x);
}

StepInfo RandomWalk::step(ChainState& state, const Streams& streams) const {
  const Index chains = state.x.rows();
  Batch xi(chains, sites() * options_.proposals);
  fill_normal(streams.with(Purpose::propose), xi);
  StepInfo info;
  info.acceptance = Column::Zero(chains);
  info.accepted = Column::Zero(chains);
  info.diverging = Column::Zero(chains);
  info.step_size = width_;
  for (Index i = 0; i < options_.proposals; ++i) {
    ChainState proposal;
    proposal.x = state.x + width_ * xi.middleCols(i * sites(), sites());
    proposal.log_p = target_.log_density(proposal.x);
    const Column log_ratio = proposal.log_p - state.log_p;
    const Verdict verdict = metropolis(log_ratio, streams, i);
    take_rows(verdict.accepted, proposal, state);
    info.acceptance += verdict.probability / static_cast<double>(options_.proposals);
    info.accepted = info.accepted.max(verdict.accepted);
    info.diverging = info.diverging.max(not_finite(log_ratio));
  }
  return info;
}

void RandomWalk::adapt(const WarmupStep& pooled) {
  averaging_.update(pooled.acceptance(0), options_.target_acceptance);
  const bool is_last = pooled.step + 1 == pooled.warmup;
  width_ = is_last ? averaging_.averaged_step() : averaging_.step();
}

std::vector<double> RandomWalk::tuning() const {
  std::vector<double> all = averaging_.state();
  all.push_back(width_);
  return all;
}

void RandomWalk::set_tuning(std::span<const double> tuning) {
  require(tuning.size() == DualAveraging::state_size + 1,
          "the stored tuning does not belong to a random walk");
  averaging_.set_state(tuning.first(DualAveraging::state_size));
  width_ = tuning.back();
}

}  // namespace nmc
