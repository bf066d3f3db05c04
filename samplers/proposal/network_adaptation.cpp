#include "samplers/proposal/network_adaptation.hpp"

#include <algorithm>
#include <utility>

#include "core/optimise/schedule.hpp"

namespace nmc {
namespace {

/// Steps of the warm-up in which the model learns.
Index learning_steps(Index warmup) {
  return warmup - warmup / 4;
}

}  // namespace

NetworkAdaptation::NetworkAdaptation(std::unique_ptr<Sampler> sampler, Model& model,
                                     const NetworkAdaptationOptions& options)
    : sampler_(std::move(sampler)),
      model_(model),
      options_(options),
      optimiser_(static_cast<Index>(model.parameters().size())) {}

void NetworkAdaptation::init(ChainState& state, const Streams& streams, Index chains) const {
  sampler_->init(state, streams, chains);
}

StepInfo NetworkAdaptation::step(ChainState& state, const Streams& streams) const {
  // Step number s follows s − 1 steps that are done; ln q of the state is older than the model
  // where the model changed just before.
  if (static_cast<Index>(streams.step) <= last_change_ + 1)
    sampler_->init(state, streams, state.chains());
  return sampler_->step(state, streams);
}

// step() must see every step, and part by part nothing is told apart.
SamplerTraits NetworkAdaptation::traits() const {
  return {.preferred_chunk = sampler_->traits().preferred_chunk};
}

bool NetworkAdaptation::wants_configurations(Index step, Index warmup) const {
  return !is_frozen_ && step < learning_steps(warmup);
}

void NetworkAdaptation::adapt(const WarmupStep& pooled) {
  if (pooled.step + 1 >= learning_steps(pooled.warmup)) is_frozen_ = true;
  if (pooled.x.size() == 0) return;
  const auto chains = static_cast<double>(pooled.x.rows());
  std::vector<double> grad(model_.parameters().size(), 0);
  model_.add_grad(pooled.x, Column::Constant(pooled.x.rows(), -1 / chains), grad);
  clip_norm(grad, options_.clip);
  optimiser_.step(model_.parameters(), grad, options_.learning_rate);
  model_.parameters_changed();
  last_change_ = pooled.step + 1;
}

std::vector<double> NetworkAdaptation::numbers() const {
  const AdamState& adam = optimiser_.state();
  std::vector<double> all{is_frozen_ ? 1.0 : 0.0, static_cast<double>(last_change_),
                          static_cast<double>(adam.steps)};
  const auto parameters = std::as_const(model_).parameters();
  all.insert(all.end(), adam.m.begin(), adam.m.end());
  all.insert(all.end(), adam.v.begin(), adam.v.end());
  all.insert(all.end(), parameters.begin(), parameters.end());
  return all;
}

void NetworkAdaptation::set_numbers(std::span<const double> numbers) {
  const std::size_t count = model_.parameters().size();
  require(numbers.size() == 3 + 3 * count,
          "the stored tuning belongs to a network of another size");
  is_frozen_ = numbers[0] != 0;
  last_change_ = static_cast<Index>(numbers[1]);
  const auto part = [&](std::size_t k) { return numbers.subspan(3 + k * count, count); };
  AdamState adam;
  adam.steps = static_cast<Index>(numbers[2]);
  adam.m.assign(part(0).begin(), part(0).end());
  adam.v.assign(part(1).begin(), part(1).end());
  optimiser_.set_state(std::move(adam));
  std::ranges::copy(part(2), model_.parameters().begin());
  model_.parameters_changed();
}

}  // namespace nmc
