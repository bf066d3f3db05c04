#include "samplers/wolff.hpp"

#include "samplers/cluster_random.hpp"
#include "samplers/spin_state.hpp"
#include "samplers/wolff_walk.hpp"

namespace nmc {

Wolff::Wolff(const SpinTarget& target, const WolffOptions& options)
    : target_(target), options_(options), bonds_(make_cluster_bonds(target, "wolff")) {
  require(options.clusters >= 1, "wolff turns at least one cluster per step");
}

void Wolff::init(ChainState& state, const Streams& streams, Index chains) const {
  init_spins(state, SpinLayout::bytes, options_.start, streams, chains, target_.graph());
  set_energy(state, target_);
}

StepInfo Wolff::step(ChainState& state, const Streams& streams) const {
  return steps(state, streams, 1);
}

StepInfo Wolff::steps(ChainState& state, const Streams& streams, Index count) const {
  use_layout(state, SpinLayout::bytes, streams, target_.graph());
  const Index chains = state.spins.rows();
  WolffWalk<ClusterRandom> walk(bonds_);
  StepInfo info{Column::Zero(chains), Column::Zero(chains), Column::Zero(chains), 0, 0, {}};
  for (Index row = 0; row < chains; ++row) {
    Index turned = 0;
    for (Index step = 0; step < count; ++step) {
      const Streams now = streams.at_step(streams.step + static_cast<std::uint64_t>(step));
      ClusterRandom random(Xoshiro(now.with(Purpose::cluster), row), bonds_.uniform);
      turned = 0;
      for (Index k = 0; k < options_.clusters; ++k)
        turned += walk.turn_one(state.spins.row(row), random) > 0 ? 1 : 0;
    }
    info.acceptance(row) = static_cast<double>(turned) / static_cast<double>(options_.clusters);
    info.accepted(row) = turned > 0 ? 1 : 0;
  }
  set_energy(state, target_);
  return info;
}

}  // namespace nmc
