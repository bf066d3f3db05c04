#include "drivers/run/estimate.hpp"

#include <algorithm>
#include <utility>

#include "drivers/run/sampling_probe.hpp"
#include "drivers/session/timed_pieces.hpp"
#include "drivers/training/continued_training.hpp"
#include "drivers/training/sweep_input.hpp"
#include "drivers/training/training_input.hpp"
#include "models/training/fresh_draws.hpp"
#include "samplers/simulation/simulation.hpp"

namespace nmc::drivers {
namespace {

// Rows of a chunk, and most of a batch that are timed where the job has as many.
constexpr Index kChunkRows = 64;
constexpr Index kProbeBatch = 512;

// CPU seconds of a fresh draw of the network with its ln q and ln p.
double seconds_per_draw(const Plan& plan, const Workers& workers) {
  const BatchRows batch{{.purpose = Purpose::test}, kProbeBatch, workers};
  TimedPieces pieces;
  for (int i = 0; i < 3; ++i) {
    pieces.begin();
    (void)fresh_draws(*plan.model, *plan.system.target, batch);
    pieces.end(batch.rows);
  }
  return pieces.per_unit();
}

TimedPieces time_steps(const Plan& plan, const TrainingInput& input, double budget) {
  const Ranks ranks;
  const Threads threads(1);
  TrainingOptions options = input.options();
  options.batch = std::min(options.batch, kProbeBatch);
  options.stop_at_ess = options.stop_after_seconds = 0;
  const Index steps = options.steps;
  options.steps = options.validate_every = steps + 1;  // validations are timed on their own
  Trainer trainer(*plan.model, input.objective(), options, {&ranks, &threads});
  TimedPieces pieces;
  pieces.begin();
  trainer.run([&](const StepRecord&) {
    pieces.end(1);
    return pieces.seconds() < budget && pieces.units() < steps;
  });
  return pieces;
}

// Bonds grow from 1 by a factor of 4 in a sweep: the later ones cost what all others will.
Estimate estimate_sweeps(const Job& job, const Plan& plan, double budget) {
  constexpr Index kProbeSweeps = 4;
  const Ranks ranks;
  const Threads threads(1);
  const auto training = make_sweeps(job, plan.system, *plan.model, {&ranks, &threads});
  const TrainingState before = training->state();
  TimedPieces pieces;
  pieces.begin();
  training->run(
      [&](const StepRecord&) {
        pieces.end(1);
        return pieces.seconds() < budget && pieces.units() < kProbeSweeps;
      },
      {});
  const double bytes = training->bytes();
  training->set_state(before);
  const auto stored = stored_training(OutputDirectory(job.directory()));
  const auto steps = static_cast<double>(job.train.integer("steps") - (stored ? stored->step : 0));
  return {pieces.per_unit() * steps, pieces.fastest() * steps, pieces.slowest() * steps, bytes};
}

}  // namespace

Estimate estimate_training(const Job& job, const Plan& plan, double budget) {
  if (!plan.trains) return {};
  if (learns_by_sweeps(job)) return estimate_sweeps(job, plan, budget);
  const Ranks ranks;
  const Threads threads(1);
  const Workers workers{&ranks, &threads};
  const std::vector<double> before(std::as_const(*plan.model).parameters().begin(),
                                   std::as_const(*plan.model).parameters().end());
  const TrainingInput input(job, plan.system, *plan.model, workers);
  const TimedPieces pieces = time_steps(plan, input, budget);
  std::ranges::copy(before, plan.model->parameters().begin());
  plan.model->parameters_changed();
  const auto stored = stored_training(OutputDirectory(job.directory()));
  const auto steps = static_cast<double>(input.options().steps - (stored ? stored->step : 0));
  const auto batch = static_cast<double>(input.options().batch);
  const double larger = batch / std::min(batch, static_cast<double>(kProbeBatch));
  const double validations = steps / static_cast<double>(input.options().validate_every) *
                             static_cast<double>(input.options().validate_batch) *
                             seconds_per_draw(plan, workers);
  const auto all = [&](double per_step) { return per_step * steps * larger + validations; };
  // Weights, two moments, best and stored state, and one gradient per chunk.
  const double bytes = 8 * static_cast<double>(before.size()) * (6 + batch / kChunkRows);
  return {all(pieces.per_unit()), all(pieces.fastest()), all(pieces.slowest()), bytes};
}

Estimate estimate_sampling(const Plan& plan, double budget) {
  if (!plan.samples) return {};
  SamplingProbe probe(plan, budget);
  probe.run();
  const TimedPieces &warmup = probe.warmup(), &draws = probe.draws();
  return {probe.seconds(warmup.per_unit(), draws.per_unit()),
          probe.seconds(warmup.fastest(), draws.fastest()),
          probe.seconds(warmup.slowest(), draws.slowest()), 0, probe.report_seconds()};
}

Estimate estimate_importance(const Job& job, const Plan& plan) {
  if (!plan.model) return {};
  const Ranks ranks;
  const Threads threads(1);
  const double seconds = seconds_per_draw(plan, {&ranks, &threads}) *
                         static_cast<double>(job.run.integer("importance"));
  return {seconds, seconds, seconds, 0};
}

}  // namespace nmc::drivers
