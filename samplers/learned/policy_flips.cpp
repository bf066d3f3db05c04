#include "samplers/learned/policy_flips.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "samplers/learned/policy_path.hpp"
#include "samplers/learned/policy_random.hpp"

namespace nmc {
namespace {

constexpr Index kLeastToLearn = 20;    // 10 of which learn
constexpr Index kMostRows = 64;        // of configurations that one update looks at
constexpr double kSlowest = 1.0 / 20;  // of the first learning rate

Index first_learning(Index warmup) {
  return warmup / 4;
}
Index end_of_learning(Index warmup) {
  return warmup - warmup / 4;
}

}  // namespace

PolicyFlips::PolicyFlips(const SpinTarget& target, const PolicyOptions& options)
    : target_(target),
      options_(options),
      policy_(target.graph(), target.beta()),
      adam_(static_cast<Index>(FlipPolicy::kFeatures)),
      is_done_(options.theta.has_value()) {
  require(1 <= options.flips && options.flips <= target.sites(),
          "a path turns over 1 to " + std::to_string(target.sites()) +
              " spins, the sites there are, and not " + std::to_string(options.flips));
  if (options.theta) policy_.set_theta(*options.theta);
  if (options_.moves == 0)
    options_.moves = std::max<Index>(1, 2 * target.sites() / (options.flips + 1));
}

void PolicyFlips::init(ChainState& state, const Streams& streams, Index chains) const {
  init_spins(state, {options_.start, SpinLayout::bytes, target_.graph()}, streams, chains);
  set_energy(state, target_);
}

StepInfo PolicyFlips::step(ChainState& state, const Streams& streams) const {
  use_layout(state, SpinLayout::bytes, streams, target_.graph());
  const Index chains = state.spins.rows();
  StepInfo info{Column::Zero(chains), Column::Zero(chains), Column::Zero(chains), 0, 0, {}};
  PolicyPath path(policy_, options_.flips);
  for (Index row = 0; row < chains; ++row) {
    PolicyRandom random(Xoshiro(streams.with(Purpose::spins), row), sites());
    path.begin(state.spins.row(row));
    for (Index move = 0; move < options_.moves; ++move) {
      double probability = 0;
      if (path.move(random, probability)) info.accepted(row) = 1;
      info.acceptance(row) += probability / static_cast<double>(options_.moves);
    }
  }
  set_energy(state, target_);
  return info;
}

bool PolicyFlips::wants_configurations(Index step, Index warmup) const {
  return !is_done_ && first_learning(warmup) <= step && step < end_of_learning(warmup);
}

void PolicyFlips::adapt(const WarmupStep& pooled) {
  require(!is_frozen(), "a policy learns in warm-up alone, and this one is frozen");
  require(pooled.warmup >= kLeastToLearn, "a policy needs " + std::to_string(kLeastToLearn) +
                                              " steps of warm-up to learn, and run.warmup is " +
                                              std::to_string(pooled.warmup) +
                                              ": raise it, or give theta");
  const Index first = first_learning(pooled.warmup), end = end_of_learning(pooled.warmup);
  if (pooled.step >= first && pooled.step < end) {
    const double done = static_cast<double>(pooled.step - first) / static_cast<double>(end - first);
    const double rate = options_.learning_rate * (1 - (1 - kSlowest) * done);
    // Other chains from step to step, so that all of them are seen.
    const Index rows = std::min(kMostRows, pooled.x.rows());
    const Index from = pooled.step * rows % (pooled.x.rows() - rows + 1);
    FlipPolicy::Features theta = policy_.theta();
    for (Index update = 0; update < options_.updates; ++update) {
      const auto count = static_cast<std::uint64_t>(pooled.step * options_.updates + update);
      PolicyGain gain = policy_gain(policy_, options_.flips, pooled.x.middleRows(from, rows),
                                    {.step = count, .purpose = Purpose::train});
      for (double& value : gain.gradient) value = -value;
      adam_.step(theta, gain.gradient, rate);
      policy_.set_theta(theta);
    }
  }
  if (pooled.step + 1 >= end) is_done_ = true;
}

std::vector<double> PolicyFlips::numbers() const {
  const AdamState& adam = adam_.state();
  std::vector<double> all{is_done_ ? 1.0 : 0.0, static_cast<double>(adam.steps)};
  all.insert(all.end(), policy_.theta().begin(), policy_.theta().end());
  all.insert(all.end(), adam.m.begin(), adam.m.end());
  all.insert(all.end(), adam.v.begin(), adam.v.end());
  return all;
}

void PolicyFlips::set_numbers(std::span<const double> numbers) {
  constexpr std::size_t kCount = FlipPolicy::kFeatures;
  require(numbers.size() == 2 + 3 * kCount, "the stored tuning belongs to another policy");
  is_done_ = numbers[0] != 0;
  FlipPolicy::Features theta;
  std::ranges::copy(numbers.subspan(2, kCount), theta.begin());
  policy_.set_theta(theta);
  AdamState adam;
  adam.steps = static_cast<Index>(numbers[1]);
  const auto m = numbers.subspan(2 + kCount, kCount), v = numbers.subspan(2 + 2 * kCount);
  adam.m.assign(m.begin(), m.end());
  adam.v.assign(v.begin(), v.end());
  adam_.set_state(std::move(adam));
}

}  // namespace nmc
