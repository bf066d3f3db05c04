#include "drivers/run/sampling_probe.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "drivers/plan/plan_rows.hpp"
#include "drivers/plan/sampled_columns.hpp"
#include "drivers/report/report_lines.hpp"
#include "samplers/simulation/simulation.hpp"

namespace nmc::drivers {
namespace {

// Fewest chains that are timed where the job has as many: a thread's chunks hold no more of most
// samplers.
constexpr Index kProbeRows = 64;
constexpr double kSegment = 0.02;  // seconds between two looks at the clock
constexpr Index kMostDraws = 4096;
// Copies that a number goes through between the chunk and the disk, most of them transposing:
// records, part, and HDF5 and the system below.
constexpr double kCopies = 3;
constexpr Index kMostCopied = Index{1} << 21;  // numbers of which a copy is timed, 16 MB

// CPU seconds of a number of such a column in one transposing copy.
double seconds_of_copy(Index draws, Index rows) {
  const Batch column = Batch::Ones(draws, std::clamp<Index>(kMostCopied / draws, 1, rows));
  TimedPieces pieces;
  pieces.begin();
  const Batch copy = column.transpose();
  pieces.end(copy.size());
  return pieces.per_unit();
}

}  // namespace

SamplingProbe::SamplingProbe(const Plan& plan, double budget)
    : plan_(plan), sampler_(*plan.sampler.sampler), budget_(budget), options_(plan.simulation) {
  const Index rungs = rows_per_chain(plan);
  const Index rows = std::max(kProbeRows, sampler_.traits().preferred_chunk);
  options_.chains = std::min(options_.chains, std::max<Index>(2, rows / rungs / 2 * 2));
  options_.chunk = sampler_.traits().preferred_chunk;
  options_.keep_every = 0;
  options_.segment_seconds = kSegment;
}

void SamplingProbe::run() {
  SimulationState state = warm_up();
  state.steps = 0;
  state.sums = {};
  state.binned = {};
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
  records_ = simulation.records();
  record_seconds_ = time_records();
  for (Batch& values : records_.values) values.conservativeResize(draws_.units(), values.cols());
}

double SamplingProbe::seconds(double per_step, double per_draw) const {
  const SimulationOptions& job = plan_.simulation;
  const double measurements = static_cast<double>(job.draws) * static_cast<double>(job.bin);
  const double longer = static_cast<double>(job.thin) / static_cast<double>(thin_);
  const double left = static_cast<double>(std::max<Index>(0, job.warmup - warmup_.units()));
  const double share = static_cast<double>(job.chains) / static_cast<double>(options_.chains);
  const double warmed = job.warmup > 0 ? warmup_.seconds() + left * per_step : 0;
  return share * (warmed + measurements * longer * per_draw) + record_seconds_;
}

double SamplingProbe::larger() const {
  const SimulationOptions& job = plan_.simulation;
  return static_cast<double>(job.draws) / static_cast<double>(draws_.units()) *
         static_cast<double>(job.chains) / static_cast<double>(options_.chains);
}

double SamplingProbe::time_records() const {
  const SimulationOptions& job = plan_.simulation;
  const Index rows = rows_of(plan_).rows();
  const double numbers = static_cast<double>(records_.names.size()) * static_cast<double>(rows) *
                         static_cast<double>(job.draws);
  return kCopies * numbers * seconds_of_copy(job.draws, rows);
}

double SamplingProbe::report_seconds() const {
  const Index rungs = rows_per_chain(plan_);
  std::vector<DrawColumn> columns;
  for (Index i = 0; i < records_.observables; ++i) {
    const auto place = static_cast<std::size_t>(i);
    if (records_.names[place] == "log_weight") continue;  // of the network's lines
    const Batch own = rung_columns(records_.values[place], plan_.own_rung, rungs);
    columns.push_back(DrawColumn::held(records_.names[place],
                                       is_of_pairs(plan_, place) ? pair_columns(own, 1) : own));
  }
  TimedPieces pieces;
  pieces.begin();
  const auto lines = report_lines(columns, plan_.system, std::nullopt, threads_);
  pieces.end(std::max<Index>(1, std::ssize(lines)));
  return pieces.seconds() * larger() * static_cast<double>(rungs);
}

// At least one step, which says how long one takes.
SimulationState SamplingProbe::warm_up() {
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
Index SamplingProbe::steps_per_draw() const {
  const double most = budget_ / 4 / std::max(warmup_.per_unit(), 1e-9);
  return std::clamp<Index>(static_cast<Index>(std::min(most, 1e9)), 1, options_.thin);
}

}  // namespace nmc::drivers
