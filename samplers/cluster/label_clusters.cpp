#include "samplers/cluster/label_clusters.hpp"

#include <algorithm>

#include "samplers/cluster/cluster_random.hpp"
#include "samplers/cluster/label_swendsen_wang_walk.hpp"
#include "samplers/cluster/label_wolff_walk.hpp"

namespace nmc {

StepInfo LabelWolff::steps(ChainState& state, const Streams& streams, Index count) const {
  const Index chains = state.x.rows(), clusters = count_.clusters();
  Column shares(chains);
  LabelWolffWalk<ClusterRandom> walk(bonds_);
  std::vector<std::uint8_t> s(static_cast<std::size_t>(sites()));
  StepInfo info{Column::Zero(chains), Column::Zero(chains), Column::Zero(chains), 0, 0, {}};
  for (Index row = 0; row < chains; ++row) {
    to_labels(state.x, row, s.data());
    Index turned = 0, labels = 0;
    for (Index step = 0; step < count; ++step) {
      const Streams now = streams.at_step(streams.step + static_cast<std::uint64_t>(step));
      ClusterRandom random(Xoshiro(now.with(Purpose::cluster), row));
      turned = labels = 0;
      for (Index k = 0; k < clusters; ++k) {
        const Index size = walk.turn_one(s.data(), random);
        turned += size > 0 ? 1 : 0;
        labels += std::max<Index>(1, size);  // one that did not turn was tried as well
      }
    }
    from_labels(s.data(), row, state.x);
    shares(row) = static_cast<double>(labels) / static_cast<double>(clusters * sites());
    info.acceptance(row) = static_cast<double>(turned) / static_cast<double>(clusters);
    info.accepted(row) = turned > 0 ? 1 : 0;
  }
  if (count_.wants_shares()) info.part_acceptance = shares;
  set_label_energy(state, target_);
  return info;
}

StepInfo LabelSwendsenWang::steps(ChainState& state, const Streams& streams, Index count) const {
  const Index chains = state.x.rows();
  LabelSwendsenWangWalk<ClusterRandom> walk(bonds_);
  std::vector<std::uint8_t> s(static_cast<std::size_t>(sites()));
  for (Index row = 0; row < chains; ++row) {
    to_labels(state.x, row, s.data());
    for (Index step = 0; step < count; ++step) {
      const Streams now = streams.at_step(streams.step + static_cast<std::uint64_t>(step));
      ClusterRandom random(Xoshiro(now.with(Purpose::cluster), row));
      walk.update(s.data(), random);
    }
    from_labels(s.data(), row, state.x);
  }
  set_label_energy(state, target_);
  return StepInfo::always(chains);
}

}  // namespace nmc
