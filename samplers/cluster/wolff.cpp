#include "samplers/cluster/wolff.hpp"

#include <algorithm>

#include "samplers/cluster/cluster_random.hpp"
#include "samplers/cluster/wolff_walk.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc {

Wolff::Wolff(const SpinTarget& target, const WolffOptions& options)
    : target_(target),
      start_(options.start),
      bonds_(make_cluster_bonds(target, "wolff")),
      count_(options.clusters, target.sites()) {}

void Wolff::init(ChainState& state, const Streams& streams, Index chains) const {
  init_spins(state, {start_, SpinLayout::bytes, target_.graph()}, streams, chains);
  set_energy(state, target_);
}

StepInfo Wolff::step(ChainState& state, const Streams& streams) const {
  return steps(state, streams, 1);
}

StepInfo Wolff::steps(ChainState& state, const Streams& streams, Index count) const {
  use_layout(state, SpinLayout::bytes, streams, target_.graph());
  const Index chains = state.spins.rows();
  const Index clusters = count_.clusters();
  const double all = static_cast<double>(clusters * sites());
  Column shares(chains);
  WolffWalk<ClusterRandom> walk(bonds_);
  StepInfo info{Column::Zero(chains), Column::Zero(chains), Column::Zero(chains), 0, 0, {}};
  for (Index row = 0; row < chains; ++row) {
    Index turned = 0, spins = 0;
    for (Index step = 0; step < count; ++step) {
      const Streams now = streams.at_step(streams.step + static_cast<std::uint64_t>(step));
      ClusterRandom random(Xoshiro(now.with(Purpose::cluster), row), bonds_.uniform);
      turned = spins = 0;
      for (Index k = 0; k < clusters; ++k) {
        const Index size = walk.turn_one(state.spins.row(row), random);
        turned += size > 0 ? 1 : 0;
        spins += std::max<Index>(1, size);  // one that held the ghost was tried as well
      }
    }
    shares(row) = static_cast<double>(spins) / all;
    info.acceptance(row) = static_cast<double>(turned) / static_cast<double>(clusters);
    info.accepted(row) = turned > 0 ? 1 : 0;
  }
  if (count_.wants_shares()) info.part_acceptance = shares;
  set_energy(state, target_);
  return info;
}

}  // namespace nmc
