#include "drivers/run/estimate.hpp"

#include <algorithm>
#include <cmath>
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
// Of a network with more weights than this over its rows fewer are timed.
constexpr Index kProbeProducts = Index{1} << 28;

// What of a batch is timed: 512 rows, of large networks fewer, whole chunks of them.
Index probe_rows(const Plan& plan, Index batch) {
  const Index weights = std::max<Index>(1, std::ssize(std::as_const(*plan.model).parameters()));
  const Index rows = kProbeProducts / weights / kChunkRows * kChunkRows;
  return std::min(batch, std::clamp(rows, kChunkRows, kProbeBatch));
}

// CPU seconds of a fresh draw of the network with its ln q and ln p.
double seconds_per_draw(const Plan& plan, const Workers& workers) {
  const BatchRows batch{{.purpose = Purpose::test}, probe_rows(plan, kProbeBatch), workers};
  TimedPieces pieces;
  for (int i = 0; i < 3; ++i) {
    pieces.begin();
    (void)fresh_draws(*plan.model, *plan.system.target, batch);
    pieces.end(batch.rows);
  }
  return pieces.per_unit();
}

TimedPieces time_steps(const Plan& plan, const TrainingInput& input, Index batch, double budget) {
  const Ranks ranks;
  const Threads threads(1);
  TrainingOptions options = input.options();
  options.batch = batch;
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

// How much longer a step of `batch` rows takes than one of `rows`: a part of it, that of the
// optimiser above all, does not grow with them.
struct TimedStep {
  const TimedPieces& pieces;
  Index rows;
};
double larger_step(const Plan& plan, const TrainingInput& input, const TimedStep& timed,
                   double budget) {
  const auto& [pieces, rows] = timed;
  const Index batch = input.options().batch;
  if (batch <= rows) return 1;
  const Index twice = std::min(batch, 2 * rows);
  const double of_rows = pieces.per_unit();
  const double more = time_steps(plan, input, twice, budget).per_unit() - of_rows;
  const double ratio = static_cast<double>(batch - rows) / static_cast<double>(twice - rows);
  return 1 + std::max(0.0, more) / of_rows * ratio;
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
  const auto stored = stored_progress(OutputDirectory(job.directory()));
  const auto steps = static_cast<double>(job.train.integer("steps") - (stored ? stored->step : 0));
  return {pieces.per_unit() * steps, pieces.fastest() * steps, pieces.slowest() * steps, bytes};
}

}  // namespace

Estimate estimate_training(const Job& job, const Plan& plan, double budget, int workers) {
  if (!plan.trains) return {};
  if (learns_by_sweeps(job)) return estimate_sweeps(job, plan, budget);
  const Ranks ranks;
  const Threads threads(1);
  const Workers alone{&ranks, &threads};
  const std::vector<double> before(std::as_const(*plan.model).parameters().begin(),
                                   std::as_const(*plan.model).parameters().end());
  const TrainingInput input(job, plan.system, *plan.model, alone);
  const TrainingOptions& options = input.options();
  const Index rows = probe_rows(plan, options.batch);
  const TimedPieces pieces = time_steps(plan, input, rows, budget);
  const double larger = larger_step(plan, input, {pieces, rows}, budget);
  std::ranges::copy(before, plan.model->parameters().begin());
  plan.model->parameters_changed();
  const auto stored = stored_progress(OutputDirectory(job.directory()));
  const auto steps = static_cast<double>(options.steps - (stored ? stored->step : 0));
  const double validations = steps / static_cast<double>(options.validate_every) *
                             static_cast<double>(options.validate_batch) *
                             seconds_per_draw(plan, alone);
  const auto all = [&](double per_step) { return per_step * steps * larger + validations; };
  // Weights, two moments, the best state, the weights as the kernels read them, and the gradients
  // that OrderedSum holds at a time.
  const Index chunks = (options.batch + kChunkRows - 1) / kChunkRows;
  const double gradients =
      std::min(static_cast<double>(chunks), workers + std::log2(static_cast<double>(chunks)));
  const double bytes = sizeof(double) * static_cast<double>(before.size()) * (5 + gradients);
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
