#include "samplers/cluster/swendsen_wang.hpp"

#include "samplers/cluster/cluster_random.hpp"
#include "samplers/cluster/swendsen_wang_walk.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc {

SwendsenWang::SwendsenWang(const SpinTarget& target, SpinStart start)
    : target_(target), start_(start), bonds_(make_cluster_bonds(target, "swendsen_wang")) {}

void SwendsenWang::init(ChainState& state, const Streams& streams, Index chains) const {
  init_spins(state, {start_, SpinLayout::bytes, target_.graph()}, streams, chains);
  set_energy(state, target_);
}

StepInfo SwendsenWang::step(ChainState& state, const Streams& streams) const {
  return steps(state, streams, 1);
}

StepInfo SwendsenWang::steps(ChainState& state, const Streams& streams, Index count) const {
  use_layout(state, SpinLayout::bytes, streams, target_.graph());
  const Index chains = state.spins.rows();
  SwendsenWangWalk<ClusterRandom> walk(bonds_);
  for (Index row = 0; row < chains; ++row)
    for (Index step = 0; step < count; ++step) {
      const Streams now = streams.at_step(streams.step + static_cast<std::uint64_t>(step));
      ClusterRandom random(Xoshiro(now.with(Purpose::cluster), row), bonds_.uniform);
      walk.update(state.spins.row(row), random);
    }
  set_energy(state, target_);
  return StepInfo::always(chains);
}

}  // namespace nmc
