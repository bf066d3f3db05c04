#include "samplers/cluster/self_learning.hpp"

#include <algorithm>
#include <utility>

#include "samplers/cluster/self_learning_walk.hpp"
#include "samplers/cluster/uniform_learning_walk.hpp"

namespace nmc {

SelfLearning::SelfLearning(const SpinTarget& target, SelfLearningOptions options)
    : target_(target),
      options_(std::move(options)),
      count_(options_.clusters, target.sites()),
      fit_(std::ssize(options_.classes)),
      is_done_(!options_.learns) {
  require(options_.classes.size() == options_.couplings.size(),
          "a surrogate has one coupling for each of its " +
              std::to_string(options_.classes.size()) + " classes of bonds, and " +
              std::to_string(options_.couplings.size()) + " were given");
  require(!options_.learns || target.beta() > 0,
          "at beta = 0 all energies weigh the same, and nothing is learned from them: use "
          "heat_bath");
  set_bonds();
}

void SelfLearning::set_bonds() {
  bonds_ = make_surrogate(target_.graph(), target_.beta(), options_.classes, options_.couplings);
  uniform_ = uniform_surrogate(target_.graph(), bonds_);
}

void SelfLearning::init(ChainState& state, const Streams& streams, Index chains) const {
  init_spins(state, {options_.start, SpinLayout::bytes, target_.graph()}, streams, chains);
  set_energy(state, target_);
}

template <class Walk>
StepInfo SelfLearning::turned_by(Walk walk, ChainState& state, const Streams& streams,
                                 Index count) const {
  const Index chains = state.spins.rows(), clusters = count_.clusters();
  const double all = static_cast<double>(clusters * sites());
  const std::uint64_t threshold = uniform_ ? uniform_->threshold : 0;
  Column shares(chains);
  StepInfo info{Column::Zero(chains), Column::Zero(chains), Column::Zero(chains), 0, 0, {}};
  for (Index row = 0; row < chains; ++row) {
    std::int8_t* const s = state.spins.row(row);
    walk.begin(s);
    Index turned = 0, spins = 0;
    bool has_moved = false;
    for (Index step = 0; step < count; ++step) {
      const Streams now = streams.at_step(streams.step + static_cast<std::uint64_t>(step));
      ClusterRandom random(Xoshiro(now.with(Purpose::cluster), row), threshold);
      turned = spins = 0;
      for (Index k = 0; k < clusters; ++k) {
        const TurnedCluster cluster = walk.turn_one(s, random);
        turned += cluster.is_accepted ? 1 : 0;
        spins += std::max<Index>(1, cluster.size);
      }
      has_moved = has_moved || turned > 0;
    }
    shares(row) = static_cast<double>(spins) / all;
    info.acceptance(row) = static_cast<double>(turned) / static_cast<double>(clusters);
    info.accepted(row) = has_moved ? 1 : 0;
  }
  if (count_.wants_shares()) info.part_acceptance = shares;
  return info;
}

StepInfo SelfLearning::step(ChainState& state, const Streams& streams) const {
  return steps(state, streams, 1);
}

StepInfo SelfLearning::steps(ChainState& state, const Streams& streams, Index count) const {
  use_layout(state, SpinLayout::bytes, streams, target_.graph());
  StepInfo info;
  if (!uniform_)
    info = turned_by(SelfLearningWalk<ClusterRandom>(bonds_), state, streams, count);
  else if (uniform_->degree == 4)
    info = turned_by(UniformLearningWalk<ClusterRandom, 4>(*uniform_), state, streams, count);
  else
    info = turned_by(UniformLearningWalk<ClusterRandom, 6>(*uniform_), state, streams, count);
  set_energy(state, target_);
  return info;
}

bool SelfLearning::wants_configurations(Index step, Index warmup) const {
  return !is_done_ && step >= warmup / 4 && step < warmup - warmup / 4;
}

void SelfLearning::fit() {
  options_.couplings = fit_.couplings();
  set_bonds();
}

void SelfLearning::adapt(const WarmupStep& pooled) {
  require(!is_frozen(), "a surrogate is fitted in warm-up alone, and this one is frozen");
  if (!count_.is_frozen()) count_.adapt(pooled);
  if (is_done_) return;
  if (pooled.x.rows() > 0)
    fit_.add(class_sums(options_.classes, pooled.x),
             -target_.log_density(pooled.x) / target_.beta(), Column::Ones(pooled.x.rows()));
  const Index half = pooled.warmup / 2, end = pooled.warmup - pooled.warmup / 4;
  if (pooled.step + 1 == half && end - half > 1) {
    fit();
    fit_ = SurrogateFit(std::ssize(options_.classes));
  }
  if (pooled.step + 1 < end && pooled.step + 1 < pooled.warmup) return;
  fit();
  is_done_ = true;
}

std::vector<double> SelfLearning::numbers() const {
  std::vector<double> all{is_done_ ? 1.0 : 0.0};
  all.insert(all.end(), options_.couplings.begin(), options_.couplings.end());
  for (const std::vector<double>& part : {fit_.numbers(), count_.numbers()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

void SelfLearning::set_numbers(std::span<const double> numbers) {
  const std::size_t classes = options_.classes.size();
  require(numbers.size() >= 1 + classes + fit_.size(),
          "the tuning is that of another surrogate than this self_learning");
  is_done_ = numbers[0] != 0;
  std::ranges::copy(numbers.subspan(1, classes), options_.couplings.begin());
  fit_.set_numbers(numbers.subspan(1 + classes, fit_.size()));
  count_.set_numbers(numbers.subspan(1 + classes + fit_.size()));
  set_bonds();
}

}  // namespace nmc
