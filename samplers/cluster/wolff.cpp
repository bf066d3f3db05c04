#include "samplers/cluster/wolff.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "samplers/cluster/cluster_random.hpp"
#include "samplers/cluster/wolff_walk.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc {

Wolff::Wolff(const SpinTarget& target, const WolffOptions& options)
    : target_(target),
      options_(options),
      bonds_(make_cluster_bonds(target, "wolff")),
      clusters_(std::max<Index>(1, options.clusters)) {
  require(options.clusters >= 0, "wolff turns at least one cluster per step");
}

void Wolff::init(ChainState& state, const Streams& streams, Index chains) const {
  init_spins(state, {options_.start, SpinLayout::bytes, target_.graph()}, streams, chains);
  set_energy(state, target_);
}

StepInfo Wolff::step(ChainState& state, const Streams& streams) const {
  return steps(state, streams, 1);
}

StepInfo Wolff::steps(ChainState& state, const Streams& streams, Index count) const {
  use_layout(state, SpinLayout::bytes, streams, target_.graph());
  const Index chains = state.spins.rows();
  const double all = static_cast<double>(clusters_ * sites());
  Column shares(chains);
  WolffWalk<ClusterRandom> walk(bonds_);
  StepInfo info{Column::Zero(chains), Column::Zero(chains), Column::Zero(chains), 0, 0, {}};
  for (Index row = 0; row < chains; ++row) {
    Index turned = 0, spins = 0;
    for (Index step = 0; step < count; ++step) {
      const Streams now = streams.at_step(streams.step + static_cast<std::uint64_t>(step));
      ClusterRandom random(Xoshiro(now.with(Purpose::cluster), row), bonds_.uniform);
      turned = spins = 0;
      for (Index k = 0; k < clusters_; ++k) {
        const Index size = walk.turn_one(state.spins.row(row), random);
        turned += size > 0 ? 1 : 0;
        spins += std::max<Index>(1, size);  // one that held the ghost was tried as well
      }
    }
    shares(row) = static_cast<double>(spins) / all;
    info.acceptance(row) = static_cast<double>(turned) / static_cast<double>(clusters_);
    info.accepted(row) = turned > 0 ? 1 : 0;
  }
  if (phase_ == Phase::tuned) info.part_acceptance = shares;
  set_energy(state, target_);
  return info;
}

void Wolff::adapt(const WarmupStep& pooled) {
  const double share = pooled.acceptance(0);
  const bool is_share = std::exchange(phase_, Phase::tuned) == Phase::tuned;
  if (is_share && share > 0) {  // not NaN: a mixture ran this part
    // Clusters grow while a step orders the spins: never more than twice as many as before.
    const Index most = std::min(2 * clusters_, sites());
    clusters_ = std::clamp<Index>(std::llround(1 / share), 1, most);
    const bool is_late = 2 * pooled.step >= pooled.warmup;
    shares_ += is_late ? share : 0;
    counted_ += is_late ? 1 : 0;
  }
  if (pooled.step + 1 < pooled.warmup) return;
  phase_ = Phase::frozen;
  if (options_.clusters > 0)
    clusters_ = options_.clusters;
  else if (counted_ > 0)
    clusters_ = std::max<Index>(1, std::llround(static_cast<double>(counted_) / shares_));
}

std::vector<double> Wolff::numbers() const {
  return {static_cast<double>(phase_), static_cast<double>(clusters_), shares_,
          static_cast<double>(counted_)};
}

void Wolff::set_numbers(std::span<const double> numbers) {
  require(numbers.size() == 4, "the stored tuning does not belong to wolff");
  phase_ = static_cast<Phase>(static_cast<int>(numbers[0]));
  clusters_ = static_cast<Index>(numbers[1]);
  shares_ = numbers[2];
  counted_ = static_cast<Index>(numbers[3]);
}

}  // namespace nmc
