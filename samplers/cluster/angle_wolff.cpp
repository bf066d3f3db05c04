#include "samplers/cluster/angle_wolff.hpp"

#include <algorithm>
#include <numbers>

#include "core/fields/directions.hpp"
#include "samplers/cluster/angle_cluster_walk.hpp"
#include "samplers/cluster/field_random.hpp"

namespace nmc {

AngleWolff::AngleWolff(const CoupledAngles& target, const AngleWolffOptions& options)
    : target_(target), options_(options), count_(options.clusters, target.sites()) {}

void AngleWolff::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() == 0) state.x = starting_angles(options_.start, streams, {chains, sites()});
  state.log_p = target_.log_density(state.x);
}

StepInfo AngleWolff::step(ChainState& state, const Streams& streams) const {
  const Index chains = state.x.rows();
  const auto clusters = static_cast<double>(count_.clusters());
  const Directions directions(state.x);
  // A walk wants the sites of one chain next to each other.
  Batch theta = state.x.transpose();
  Batch cosine = directions.cosine.transpose(), sine = directions.sine.transpose();
  StepInfo info{Column::Zero(chains), Column::Zero(chains), Column::Zero(chains), 0, 0, {}};
  Column shares(chains);
  AngleClusterWalk<FieldRandom> walk(target_.couplings(), target_.beta());
  for (Index row = 0; row < chains; ++row) {
    FieldRandom random(Xoshiro(streams.with(Purpose::cluster), row, 0));
    Xoshiro places(streams.with(Purpose::cluster), row, 1);
    const AngleRow of{theta.col(row).data(), cosine.col(row).data(), sine.col(row).data()};
    Index turned = 0, members = 0;
    for (Index k = 0; k < count_.clusters(); ++k) {
      const double r = std::numbers::pi * places.uniform();
      const auto seed = static_cast<Index>(places.below(static_cast<std::uint64_t>(sites())));
      const Index size = walk.turn_one(of, r, seed, random);
      turned += size > 0 ? 1 : 0;
      members += std::max<Index>(1, size);  // one that held the ghost was tried as well
    }
    shares(row) = static_cast<double>(members) / (clusters * static_cast<double>(sites()));
    info.acceptance(row) = static_cast<double>(turned) / clusters;
    info.accepted(row) = turned > 0 ? 1 : 0;
  }
  if (count_.wants_shares()) info.part_acceptance = shares;
  state.x = theta.transpose();
  wrap_angles(state.x);
  state.log_p = target_.log_density(state.x);
  state.grad.resize(0, 0);
  return info;
}

}  // namespace nmc
