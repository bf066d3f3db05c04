#include "drivers/run/estimate.hpp"

#include <algorithm>
#include <utility>

#include "drivers/run/continued_training.hpp"
#include "drivers/run/timed_pieces.hpp"
#include "drivers/run/training_input.hpp"
#include "samplers/simulation/simulation.hpp"

namespace nmc::drivers {
namespace {

// Fewest chains, and rows of a batch, that are timed where the job has as many: a thread's chunks
// hold no more of most samplers.
constexpr Index kProbeRows = 64;
constexpr Index kProbeBatch = 512;
constexpr double kSegment = 0.02;  // seconds between two looks at the clock
constexpr Index kMostDraws = 4096;

/// Some chains of a job, run as the job runs them.
class SamplingProbe {
 public:
  SamplingProbe(const Plan& plan, double budget)
      : plan_(plan), sampler_(*plan.sampler.sampler), budget_(budget), options_(plan.simulation) {
    const Index rungs = rows_per_chain(plan);
    const Index rows = std::max(kProbeRows, sampler_.preferred_chunk());
    options_.chains = std::min(options_.chains, std::max<Index>(2, rows / rungs / 2 * 2));
    options_.chunk = sampler_.preferred_chunk();
    options_.keep_every = 0;
    options_.segment_seconds = kSegment;
  }

  void run() {
    SimulationState state = warm_up();
    state.steps = 0;
    state.sums = {};
    SimulationOptions options = options_;
    options.warmup = 0;
    options.bin = 1;
    options.thin = steps_per_draw();
    options.draws = std::min(options.draws * options_.bin, kMostDraws);
    Simulation simulation(sampler_, plan_.observables, options, ranks_, threads_);
    simulation.resume(state, {});
    draws_.begin();
    simulation.run([&](const Segment& segment) {
      draws_.end(segment.draws.count);
      return draws_.seconds() < budget_;
    });
    thin_ = options.thin;
  }

  /// CPU seconds of all chains of the job, at so many seconds for the units that were not run.
  [[nodiscard]] double seconds(double per_step, double per_draw) const {
    const SimulationOptions& job = plan_.simulation;
    const double measurements = static_cast<double>(job.draws) * static_cast<double>(job.bin);
    const double longer = static_cast<double>(job.thin) / static_cast<double>(thin_);
    const double left = static_cast<double>(std::max<Index>(0, job.warmup - warmup_.units()));
    const double share = static_cast<double>(job.chains) / static_cast<double>(options_.chains);
    const double warmed = job.warmup > 0 ? warmup_.seconds() + left * per_step : 0;
    return share * (warmed + measurements * longer * per_draw);
  }

  [[nodiscard]] const TimedPieces& warmup() const { return warmup_; }
  [[nodiscard]] const TimedPieces& draws() const { return draws_; }

 private:
  // At least one step, which says how long one takes.
  SimulationState warm_up() {
    SimulationOptions options = options_;
    options.warmup = std::max<Index>(1, options.warmup);
    options.draws = 1;
    Simulation simulation(sampler_, plan_.observables, options, ranks_, threads_);
    warmup_.begin();
    simulation.run([&](const Segment& segment) {
      if (!segment.is_warmup) return false;
      warmup_.end(segment.steps_done - warmup_.units());
      return warmup_.seconds() < budget_ && segment.steps_done < segment.steps_total;
    });
    return simulation.state();
  }

  // A draw of very many steps is timed by fewer.
  [[nodiscard]] Index steps_per_draw() const {
    const double most = budget_ / 4 / std::max(warmup_.per_unit(), 1e-9);
    return std::clamp<Index>(static_cast<Index>(std::min(most, 1e9)), 1, options_.thin);
  }

  const Plan& plan_;
  Sampler& sampler_;
  double budget_;
  SimulationOptions options_;
  Ranks ranks_;
  Threads threads_{1};
  TimedPieces warmup_, draws_;
  Index thin_ = 1;
};

double sampling_bytes(const Plan& plan) {
  const SimulationOptions& options = plan.simulation;
  const double rows = static_cast<double>(options.chains * rows_per_chain(plan));
  const double records =
      rows * static_cast<double>(options.draws) * static_cast<double>(plan.observables.size() + 7);
  const double states = 4 * rows * static_cast<double>(plan.system.target->sites());
  return 8 * (2 * records + states);
}

// CPU seconds of a fresh draw of the network with its ln q and ln p.
double seconds_per_draw(const Plan& plan, const Workers& workers) {
  BatchTask task;
  task.model = plan.model.get();
  task.target = plan.system.target.get();
  task.streams.purpose = Purpose::test;
  task.rows = kProbeBatch;
  task.workers = workers;
  TimedPieces pieces;
  for (int i = 0; i < 3; ++i) {
    pieces.begin();
    (void)fresh_losses(task);
    pieces.end(task.rows);
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

}  // namespace

Estimate estimate_training(const Job& job, const Plan& plan, double budget) {
  if (!plan.trains) return {};
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
  const double bytes = 8 * static_cast<double>(before.size()) * (6 + batch / kProbeRows);
  return {all(pieces.per_unit()), all(pieces.fastest()), all(pieces.slowest()), bytes};
}

Estimate estimate_sampling(const Plan& plan, double budget) {
  if (!plan.samples) return {};
  SamplingProbe probe(plan, budget);
  probe.run();
  const TimedPieces &warmup = probe.warmup(), &draws = probe.draws();
  return {probe.seconds(warmup.per_unit(), draws.per_unit()),
          probe.seconds(warmup.fastest(), draws.fastest()),
          probe.seconds(warmup.slowest(), draws.slowest()), sampling_bytes(plan)};
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
