#include "samplers/learned/surrogate_trajectories.hpp"

#include <utility>

#include "samplers/accept.hpp"

namespace nmc {

SurrogateTrajectories::SurrogateTrajectories(const Target& surrogate, const HmcOptions& options,
                                             Index trajectories, bool is_delayed)
    : hmc_(hmc_sampler(surrogate, options)),
      trajectories_(trajectories),
      is_delayed_(is_delayed),
      start_width_(options.start_width) {
  require(trajectories >= 1, "a proposal takes at least one trajectory of the surrogate");
  require(is_delayed || trajectories == 1,
          "several trajectories between two energies of the system are accepted one by one by the "
          "surrogate: set delayed = true, or trajectories = 1");
}

void SurrogateTrajectories::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() == 0) state.x = normal_start(streams, chains, sites(), start_width_);
}

SurrogateTrajectories::FirstStage SurrogateTrajectories::first_stage(const ChainState& state,
                                                                     const Streams& streams) const {
  const Streams own = streams.nested();  // the system has momenta and decisions of its own
  ChainState walker;
  walker.x = state.x;
  hmc_.init(walker, own, state.x.rows());
  ChainState next;
  if (!is_delayed_) {
    Proposed end = hmc_.proposal().propose(walker, own, 0);
    Column own_ratio = (end.next.log_p - walker.log_p) + end.log_ratio;
    next.x = std::move(end.next.x);
    return {{std::move(next), std::move(end.log_ratio)}, metropolis(own_ratio, own).probability};
  }
  const Column before = walker.log_p;
  Column acceptance = Column::Zero(before.size());
  const auto first = streams.step * static_cast<std::uint64_t>(trajectories_);
  for (Index k = 0; k < trajectories_; ++k) {
    const StepInfo info = hmc_.step(walker, own.at_step(first + static_cast<std::uint64_t>(k)));
    acceptance += info.acceptance / static_cast<double>(trajectories_);
  }
  next.x = std::move(walker.x);
  return {{std::move(next), before - walker.log_p}, std::move(acceptance)};
}

Proposed SurrogateTrajectories::propose(const ChainState& state, const Streams& streams,
                                        Index /*attempt*/) const {
  return first_stage(state, streams).move;
}

ProposalTraits SurrogateTrajectories::traits() const {
  ProposalTraits traits = hmc_.proposal().traits();
  traits.n_steps *= trajectories_;
  traits.retries = nullptr;  // the surrogate's own
  return traits;
}

}  // namespace nmc
