#include "samplers/cluster/field_cluster.hpp"

#include "core/simd/functions.hpp"
#include "samplers/accept.hpp"
#include "samplers/cluster/field_cluster_walk.hpp"
#include "samplers/cluster/field_random.hpp"

namespace nmc {

void FieldRandom::refill() {
  // (k + 1/2) 2^-52: never 0.
  for (double& u : logs_) u = (static_cast<double>(generator_.next() >> 12) + 0.5) * 0x1p-52;
  simd::log(logs_, logs_);
  next_ = 0;
}

FieldCluster::FieldCluster(const LatticeField& target, const FieldClusterOptions& options)
    : target_(target), options_(options) {
  require(options.clusters >= 1, "phi4_cluster turns at least one cluster per step");
  require(
      target.stencil().degree <= static_cast<Index>(FieldRandom::kSize),
      "phi4_cluster takes sites of up to " + std::to_string(FieldRandom::kSize) + " neighbours");
}

void FieldCluster::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() == 0) state.x = normal_start(streams, chains, sites(), options_.start_width);
  state.log_p = target_.log_density(state.x);
}

StepInfo FieldCluster::step(ChainState& state, const Streams& streams) const {
  return steps(state, streams, 1);
}

StepInfo FieldCluster::steps(ChainState& state, const Streams& streams, Index count) const {
  const Index chains = state.x.rows();
  FieldClusterWalk<FieldRandom> walk(target_.stencil());
  // A walk wants the sites of one chain next to each other.
  Eigen::ArrayXXd rows = state.x.transpose();
  for (Index row = 0; row < chains; ++row)
    for (Index step = 0; step < count; ++step) {
      const Streams now = streams.at_step(streams.step + static_cast<std::uint64_t>(step));
      FieldRandom random(Xoshiro(now.with(Purpose::cluster), row));
      for (Index k = 0; k < options_.clusters; ++k) walk.turn_one(rows.col(row).data(), random);
    }
  state.x = rows.transpose();
  state.log_p = target_.log_density(state.x);
  state.grad.resize(0, 0);
  return StepInfo::always(chains);
}

}  // namespace nmc
