#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>

#include "core/archive/publish.hpp"
#include "drivers/format.hpp"
#include "drivers/run/directory.hpp"
#include "drivers/run/plan.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
namespace {

constexpr Index kProbe = 64;  // chains of the one step that is timed

// CPU seconds of the second call: the first one pays for cold caches and page faults, and the wall
// clock of a busy machine says nothing about an idle one.
double seconds_of(const std::function<void()>& action) {
  action();
  const std::clock_t start = std::clock();
  action();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

/// What one thread does in the timed step, and how often a run repeats it.
struct Estimate {
  double seconds = 0;
  double bytes = 0;
};

Estimate training(const Job& job, const Plan& plan) {
  if (!plan.trains) return {};
  const auto batch = static_cast<double>(job.train.integer("batch"));
  const auto steps = static_cast<double>(job.train.integer("steps"));
  const auto parameters = static_cast<double>(plan.model->parameters().size());
  const double chunks = batch / kProbe;
  std::vector<double> grad(plan.model->parameters().size());
  Streams streams;
  streams.purpose = Purpose::test;
  const double probe =
      seconds_of([&] { (void)plan.model->loss_grad(*plan.system.target, streams, kProbe, grad); });
  // Weights, two moments, best and stored state, and one gradient per chunk.
  return {probe * chunks * steps, 8 * parameters * (6 + chunks)};
}

Estimate sampling(const Plan& plan) {
  if (!plan.samples) return {};
  const SimulationOptions& options = plan.simulation;
  const Index rows = rows_per_chain(plan);
  const Index chains = std::max<Index>(1, std::min(options.chains * rows, kProbe) / rows);
  ChainState state;
  Streams streams;
  streams.purpose = Purpose::test;
  plan.sampler.sampler->init(state, streams, chains * rows);
  const double probe =
      seconds_of([&] { (void)plan.sampler.sampler->step(state, streams.at_step(1)); });
  const double steps = static_cast<double>(options.warmup) +
                       static_cast<double>(options.draws) * static_cast<double>(options.thin);
  const double share = static_cast<double>(options.chains) / static_cast<double>(chains);
  const double records = static_cast<double>(options.chains * rows) *
                         static_cast<double>(options.draws) *
                         static_cast<double>(plan.observables.size() + 7);
  const double states =
      4.0 * static_cast<double>(options.chains * rows * plan.system.target->sites());
  return {probe * share * steps, 8 * (2 * records + states)};
}

std::string free_text(const Job& job) {
  std::filesystem::path parent = std::filesystem::absolute(job.directory());
  while (!std::filesystem::exists(parent)) parent = parent.parent_path();
  return fmt::format("{} free in {}", bytes_text(archive::free_bytes(parent.string())),
                     parent.string());
}

void print(const Job& job, const Plan& plan, int threads) {
  const Estimate train = training(job, plan);
  const Estimate sample = sampling(plan);
  fmt::print("{}\n{:<10}{}: {}\n", resolved_text(job), "system", plan.system.name,
             plan.system.summary);
  if (plan.model)
    fmt::print("{:<10}{}, {} parameters{}\n", "model", job.model.text("name"),
               plan.model->parameters().size(), plan.is_model_trained ? ", trained" : "");
  if (plan.trains)
    fmt::print("{:<10}{} steps of {}, about {}\n", "training", job.train.text("steps"),
               job.train.text("batch"), clock_text(train.seconds / threads));
  if (plan.samples)
    fmt::print("{:<10}{} draws of {} chains, about {}\n", "sampling", plan.simulation.draws,
               plan.simulation.chains, clock_text(sample.seconds / threads));
  // Executable, libraries and the scratch of the kernels.
  constexpr double kBase = 40e6;
  fmt::print("{:<10}about {}\n", "memory", bytes_text(kBase + train.bytes + sample.bytes));
  fmt::print("{:<10}about {}, {}\n", "disk", bytes_text(plan.samples ? estimated_bytes(plan) : 0),
             free_text(job));
  fmt::print("times are of one step of {} chains on this machine, for {} threads\n", kProbe,
             threads);
}

}  // namespace

int check_verb(const Invocation& call) {
  const Job job = resolve_job(call.line, {});
  require(job.sampler_entry != nullptr || job.model_entry != nullptr,
          "the job has neither [sampler] nor [model]: there is nothing to run");
  const bool samples = job.sampler_entry != nullptr;
  OutputDirectory(job.directory()).check(job, false);
  const Plan plan =
      make_plan(job, {.train = true, .sample = samples, .must_train = !samples}, call.ranks, false);
  require_disk_space(job, plan);
  const Index asked = job.run.integer("threads");
  print(job, plan, asked > 0 ? static_cast<int>(asked) : call.ranks.default_threads());
  return 0;
}

}  // namespace nmc::drivers
