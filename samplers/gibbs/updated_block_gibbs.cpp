#include "samplers/gibbs/updated_block_gibbs.hpp"

#include <utility>

namespace nmc {

UpdatedBlockGibbs::UpdatedBlockGibbs(const Blocks& blocks, const Target& target, SpinUpdates spins)
    : gibbs_(blocks, target), spins_(std::move(spins)) {
  require(spins_.updates >= 1, "without updates between the blocks this is block_gibbs");
}

Batch UpdatedBlockGibbs::updated(Batch spins, const Streams& streams) const {
  ChainState state;
  state.x = std::move(spins);
  const Index chains = state.x.rows();
  const auto updates = static_cast<std::uint64_t>(spins_.updates);
  const Streams own = streams.at_step(streams.step * updates);
  spins_.sampler->init(state, own, chains);
  spins_.sampler->steps(state, own, spins_.updates);
  return state.configurations();
}

StepInfo UpdatedBlockGibbs::step(ChainState& state, const Streams& streams) const {
  const Index chains = state.x.rows();
  const Batch spins = updated(gibbs_.other(state.x, streams), streams);
  state.x = gibbs_.configuration(spins, streams);
  state.log_p = gibbs_.invariant().log_density(state.x);
  StepInfo info;
  info.acceptance = Column::Ones(chains);
  info.accepted = Column::Ones(chains);
  info.diverging = Column::Zero(chains);
  return info;
}

}  // namespace nmc
