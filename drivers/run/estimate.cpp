#include "drivers/run/estimate.hpp"

#include <algorithm>
#include <ctime>
#include <functional>

namespace nmc::drivers {
namespace {

// CPU seconds of the second call: the first one pays for cold caches and page faults, and the wall
// clock of a busy machine says nothing about an idle one.
double seconds_of(const std::function<void()>& action) {
  action();
  const std::clock_t start = std::clock();
  action();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

// Steps that are timed together where the sampler takes several at once.
constexpr Index kMostSteps = 16;

}  // namespace

Estimate estimate_training(const Job& job, const Plan& plan) {
  if (!plan.trains) return {};
  const auto batch = static_cast<double>(job.train.integer("batch"));
  const auto steps = static_cast<double>(job.train.integer("steps"));
  const auto parameters = static_cast<double>(plan.model->parameters().size());
  const double chunks = batch / kProbeChains;
  std::vector<double> grad(plan.model->parameters().size());
  Streams streams;
  streams.purpose = Purpose::test;
  const double probe = seconds_of(
      [&] { (void)plan.model->loss_grad(*plan.system.target, streams, kProbeChains, grad); });
  // Weights, two moments, best and stored state, and one gradient per chunk.
  return {probe * chunks * steps, 8 * parameters * (6 + chunks)};
}

Estimate estimate_sampling(const Plan& plan) {
  if (!plan.samples) return {};
  const SimulationOptions& options = plan.simulation;
  const Index rows = rows_per_chain(plan);
  const Index chains = std::max<Index>(1, std::min(options.chains * rows, kProbeChains) / rows);
  ChainState state;
  Streams streams;
  streams.purpose = Purpose::test;
  plan.sampler.sampler->init(state, streams, chains * rows);
  const Sampler& sampler = *plan.sampler.sampler;
  const Index count = sampler.has_fast_steps() ? std::min(options.thin, kMostSteps) : 1;
  const double probe = seconds_of([&] { (void)sampler.steps(state, streams.at_step(1), count); }) /
                       static_cast<double>(count);
  const double steps =
      static_cast<double>(options.warmup) +
      static_cast<double>(options.draws * options.bin) * static_cast<double>(options.thin);
  const double share = static_cast<double>(options.chains) / static_cast<double>(chains);
  const double records = static_cast<double>(options.chains * rows) *
                         static_cast<double>(options.draws) *
                         static_cast<double>(plan.observables.size() + 7);
  const double states =
      4.0 * static_cast<double>(options.chains * rows * plan.system.target->sites());
  return {probe * share * steps, 8 * (2 * records + states)};
}

}  // namespace nmc::drivers
