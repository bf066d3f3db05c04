#include "samplers/population/path_annealing.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "samplers/population/weighted_walk.hpp"

namespace nmc {
namespace {

using C = AnnealingColumns;

/// Rows that are walked and weighed together; a fixed number, so that nothing depends on threads.
constexpr Index kPathChunk = 128;
constexpr Index kMostPilotRows = 2048, kMostTunedRows = 512;
/// The end of a warm-up of 200 steps: the last one of a window of the mass, then fifty for the step
/// size.
constexpr Index kWarmup = 200, kFirstTuned = 149;

struct RowRange {
  Index first, count;
};

void for_each_chunk(Index rows, const Threads& threads, const std::function<void(RowRange)>& task) {
  threads.for_each((rows + kPathChunk - 1) / kPathChunk, [&](Index chunk) {
    const Index first = chunk * kPathChunk;
    task({first, std::min(kPathChunk, rows - first)});
  });
}

/// ln q and ln p of every configuration.
struct EndColumns {
  Column log_q, log_p;

  /// The weights of a step.
  [[nodiscard]] Column work() const {
    Column difference = log_p - log_q;
    for (Index row = 0; row < difference.size(); ++row)
      if (std::isnan(difference(row)) || difference(row) == HUGE_VAL)
        throw NumericalError("ln p - ln q of configuration " + std::to_string(row) +
                             " of the population is " + std::to_string(difference(row)));
    return difference;
  }
};

EndColumns at_ends(const PathAnnealing::Ends& ends, const Threads& threads, const Batch& x) {
  EndColumns columns{Column(x.rows()), Column(x.rows())};
  for_each_chunk(x.rows(), threads, [&](RowRange rows) {
    const Batch here = x.middleRows(rows.first, rows.count);
    columns.log_q.segment(rows.first, rows.count) = ends.start_target.log_density(here);
    columns.log_p.segment(rows.first, rows.count) = ends.end.log_density(here);
  });
  return columns;
}

Batch drawn(const PathAnnealing::Ends& ends, const Threads& threads, const Streams& streams,
            Index count) {
  Batch x(count, ends.end.sites());
  for_each_chunk(count, threads, [&](RowRange rows) {
    x.middleRows(rows.first, rows.count) =
        ends.start.sample(streams.from_chain(rows.first), rows.count).x;
  });
  return x;
}

/// Steps of a kernel, which numbers they use and where they run.
struct Walking {
  const Threads& threads;
  Streams streams;
  Index steps;
};

void walk_rows(const Sampler& sampler, const Walking& walking, Batch& x) {
  for_each_chunk(x.rows(), walking.threads, [&](RowRange rows) {
    const Streams own = walking.streams.from_chain(rows.first);
    ChainState state;
    state.x = x.middleRows(rows.first, rows.count);
    sampler.init(state, own, rows.count);
    (void)sampler.steps(state, own, walking.steps);
    x.middleRows(rows.first, rows.count) = state.x;
  });
}

/// One step of every row with the mean acceptance of every part, summed in the order of the rows.
Column pooled_step(const Sampler& sampler, const Threads& threads, const Streams& streams,
                   Batch& x) {
  Batch acceptance;
  const Index parts = std::max<Index>(1, std::ssize(sampler.traits().part_names));
  acceptance.resize(x.rows(), parts);
  for_each_chunk(x.rows(), threads, [&](RowRange rows) {
    const Streams own = streams.from_chain(rows.first);
    ChainState state;
    state.x = x.middleRows(rows.first, rows.count);
    sampler.init(state, own, rows.count);
    const StepInfo info = sampler.step(state, own);
    x.middleRows(rows.first, rows.count) = state.x;
    if (info.part_acceptance.cols() == parts)
      acceptance.middleRows(rows.first, rows.count) = info.part_acceptance;
    else
      acceptance.col(0).segment(rows.first, rows.count) = info.acceptance;
  });
  Column mean = Column::Zero(parts);
  for (Index row = 0; row < x.rows(); ++row) mean += acceptance.row(row).transpose();
  return mean / static_cast<double>(x.rows());
}

void tune(Sampler& sampler, const Threads& threads, const Streams& streams, Batch x) {
  if (!is_tuned(sampler.tuning())) return;
  for (Index step = kFirstTuned; step < kWarmup; ++step) {
    const auto number = static_cast<std::uint64_t>(step - kFirstTuned);
    WarmupStep pooled{step,
                      kWarmup,
                      pooled_step(sampler, threads, streams.at_step(streams.step + number), x),
                      {}};
    if (wants_configurations(sampler.tuning(), step, kWarmup)) pooled.x = x;
    sampler.tuning()->adapt(pooled);
  }
}

/// As Population::resample(): rows that stay keep their place.
std::vector<Index> copy_rows(const std::vector<Index>& copies, Batch& x) {
  std::vector<Index> origin, spare;
  for (std::size_t row = 0; row < copies.size(); ++row) {
    origin.push_back(static_cast<Index>(row));
    for (Index extra = 1; extra < copies[row]; ++extra) spare.push_back(origin.back());
  }
  auto next = spare.begin();
  for (std::size_t row = 0; row < copies.size(); ++row)
    if (copies[row] == 0) origin[row] = *next++;
  x = Batch(x(origin, Eigen::all));
  return origin;
}

Batch values_of(const std::vector<const Observable*>& observables, const Threads& threads,
                const Batch& x) {
  Batch values(x.rows(), std::ssize(observables));
  for_each_chunk(x.rows(), threads, [&](RowRange rows) {
    const Batch here = x.middleRows(rows.first, rows.count);
    for (std::size_t i = 0; i < observables.size(); ++i)
      values.col(static_cast<Index>(i)).segment(rows.first, rows.count) =
          observables[i]->measure(here);
  });
  return values;
}

}  // namespace

PathAnnealing::PathAnnealing(const Ends& ends, MakeSampler make, AnnealingOptions options,
                             const Threads& threads)
    : ends_(ends), make_(std::move(make)), options_(options), threads_(threads) {
  check_annealing(options);
}

Streams PathAnnealing::streams(Index run, Index step) const {
  return {options_.seed,
          (static_cast<std::uint64_t>(run) << 32U) + static_cast<std::uint64_t>(step), 0,
          Purpose::init};
}

PathAnnealing::Schedule::Step PathAnnealing::make_step(double lambda) const {
  Schedule::Step step;
  step.density =
      std::make_unique<PathDensity>(PathDensity::Ends{ends_.start_target, ends_.end}, lambda);
  step.sampler = make_(*step.density);
  return step;
}

PathAnnealing::Schedule PathAnnealing::pilot(const std::vector<double>& lambdas,
                                             double culling) const {
  Schedule schedule{{0}, {}};
  Batch x = drawn(ends_, threads_, streams(0, 0), std::min(options_.population, kMostPilotRows));
  for (Index step = 1; schedule.lambdas.back() < 1; ++step) {
    const Column work = at_ends(ends_, threads_, x).work();
    const double here = schedule.lambdas.back(), left = 1 - here;
    double next = lambdas.empty() ? 0 : lambdas.at(static_cast<std::size_t>(step));
    if (lambdas.empty()) {
      const double length = CulledStep{work, left, culling}.length();
      next = length == left ? 1 : here + length;
    }
    const Streams own = streams(0, step * options_.sweeps);
    (void)copy_rows(systematic_copies((next - here) * work, shared_uniform(streams(0, step))), x);
    schedule.lambdas.push_back(next);
    schedule.steps.push_back(make_step(next));
    Sampler& sampler = *schedule.steps.back().sampler;
    tune(sampler, threads_, own.nested(), x.topRows(std::min(x.rows(), kMostTunedRows)));
    walk_rows(sampler, {threads_, own, options_.sweeps}, x);
  }
  return schedule;
}

Batch PathAnnealing::run(Index run, const Schedule& schedule,
                         const std::vector<const Observable*>& observables) const {
  const Index steps = std::ssize(schedule.lambdas);
  Batch x = drawn(ends_, threads_, streams(run, 0), options_.population);
  WeightedWalk walk = first_walk(x.rows(), 0);
  Batch table = Batch::Zero(steps, C::observables + std::ssize(observables));
  EndColumns ends = at_ends(ends_, threads_, x);
  record(walk, -ends.log_p, values_of(observables, threads_, x), table.row(0));
  const CopyRows copy = [&](const auto& copies) { return copy_rows(copies, x); };
  for (Index step = 1; step < steps; ++step) {
    const auto at = static_cast<std::size_t>(step);
    const Column log_step = (schedule.lambdas[at] - schedule.lambdas[at - 1]) * ends.work();
    if (options_.method == AnnealingMethod::importance)
      weigh(log_step, walk);
    else
      table(step, C::culled) = resample(log_step, shared_uniform(streams(run, step)), copy, walk);
    if (!std::isfinite(walk.lnZ))
      throw NumericalError("no configuration of the population has a weight at step " +
                           std::to_string(step) + " of the path");
    walk_rows(*schedule.steps[at - 1].sampler,
              {threads_, streams(run, step * options_.sweeps), options_.sweeps}, x);
    ends = at_ends(ends_, threads_, x);
    record(walk, -ends.log_p, values_of(observables, threads_, x), table.row(step));
  }
  return table;
}

}  // namespace nmc
