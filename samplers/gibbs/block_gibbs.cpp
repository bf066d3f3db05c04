#include "samplers/gibbs/block_gibbs.hpp"

#include "samplers/accept.hpp"

namespace nmc {

BlockGibbs::BlockGibbs(const AuxiliaryField& field, const Target& target)
    : BlockGibbs(field, target, SpinUpdates{}) {}

BlockGibbs::BlockGibbs(const AuxiliaryField& field, const Target& target, SpinUpdates spins)
    : field_(field), target_(target), spins_(std::move(spins)) {
  require(field.sites() == target.sites(), "field and density differ in their number of sites");
  require_real(target, "block_gibbs");
}

Batch BlockGibbs::field_given(const Batch& spins, const Streams& streams) const {
  Batch normals(spins.rows(), spins.cols());
  fill_normal(streams.with(Purpose::propose), normals);
  return field_.field_given_spins(spins, normals);
}

Batch BlockGibbs::updated(Batch spins, const Streams& streams) const {
  if (spins_.updates == 0) return spins;
  ChainState state;
  state.x = std::move(spins);
  const Index chains = state.x.rows();
  const auto updates = static_cast<std::uint64_t>(spins_.updates);
  const Streams own = streams.at_step(streams.step * updates);
  spins_.sampler->init(state, own, chains);
  spins_.sampler->steps(state, own, spins_.updates);
  return state.configurations();
}

void BlockGibbs::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() == 0) {
    Batch spins(chains, sites());
    fill_uniform(streams.with(Purpose::init), spins);
    spins = (spins < 0.5).select(Batch::Ones(chains, sites()), -Batch::Ones(chains, sites()));
    state.x = field_given(spins, streams);
  }
  state.log_p = target_.log_density(state.x);
}

StepInfo BlockGibbs::step(ChainState& state, const Streams& streams) const {
  const Index chains = state.x.rows();
  Batch uniforms(chains, sites());
  fill_uniform(streams.with(Purpose::gibbs), uniforms);
  const Batch spins = field_.spins_given_field(state.x, uniforms);
  state.x = field_given(updated(spins, streams), streams);
  state.log_p = target_.log_density(state.x);
  StepInfo info;
  info.acceptance = Column::Ones(chains);
  info.accepted = Column::Ones(chains);
  info.diverging = Column::Zero(chains);
  return info;
}

}  // namespace nmc
