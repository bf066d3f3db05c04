#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/chain_rows.hpp"
#include "samplers/simulation/simulation.hpp"

/// What the simulation does with one chunk, and the tuning in warm-up.
namespace nmc {
namespace {

/// Column c of the local chains' table, in the rows of one chunk.
void place_rows(const Batch& values, Range rows, Batch& all) {
  if (all.size() == 0) return;
  all.middleRows(rows.first, rows.count) = values;
}

void count_rejections(const Column& accepted, Column& now, Column& longest) {
  now = (accepted != 0).select(Column::Zero(now.size()), now + 1);
  longest = longest.max(now);
}

/// Draws that are collected before they go to the records, where the draws of a row are contiguous:
/// a cache line of a row is then written at once, not a number at a time.
constexpr Index kRecent = 8;

/// Mean over the steps of one draw; divergences of any of them count. Of parts the last step that
/// ran them counts.
void add_step(const StepInfo& info, double weight, StepInfo& mean) {
  if (mean.part_acceptance.size() == 0)
    mean.part_acceptance = info.part_acceptance;
  else
    mean.part_acceptance =
        info.part_acceptance.isNaN().select(mean.part_acceptance, info.part_acceptance);
  mean.acceptance += weight * info.acceptance;
  mean.accepted += weight * info.accepted;
  mean.diverging = mean.diverging.max(info.diverging);
  mean.step_size = info.step_size;
  mean.n_steps = info.n_steps;
}

}  // namespace

void Simulation::check(Chunk& chunk, NonFinite where, const Column& values) {
  if (chunk.failure) return;
  for (Index c = 0; c < values.size(); ++c) {
    if (std::isfinite(values(c))) continue;
    where.chain += c;
    where.configuration =
        chunk.state.spins.empty() ? Batch(chunk.state.x.row(c)) : chunk.state.spins.unpack_row(c);
    chunk.failure = std::move(where);
    return;
  }
}

void Simulation::add_parts(Chunk& chunk, const StepInfo& info) {
  chunk.part_costs.resize(info.part_costs.size());
  for (std::size_t part = 0; part < info.part_costs.size(); ++part) {
    chunk.part_costs[part].runs += info.part_costs[part].runs;
    chunk.part_costs[part].cpu_seconds += info.part_costs[part].cpu_seconds;
  }
}

void Simulation::warm_up(Range steps) {
  if (is_tuned(sampler_.tuning()) || !traits_.has_fast_steps) {
    for (Index step = steps.first; step < steps.end(); ++step) warm_up_step(step);
    return;
  }
  for_each_chunk([&](Chunk& chunk) {
    add_parts(chunk, sampler_.steps(chunk.state, streams_of(chunk, steps.first + 1), steps.count));
    check(chunk, {local_.first + chunk.chains.first, steps.end()}, chunk.state.log_p);
  });
  throw_if_failed();
}

void Simulation::warm_up_step(Index step) {
  Tuning* const tuning = sampler_.tuning();
  const bool wants_x = wants_configurations(tuning, step, options_.warmup);
  const bool adapts = is_tuned(tuning);
  Batch x(wants_x ? local_.count : 0, wants_x ? sampler_.sites() : 0);
  std::vector<Batch> acceptance(chunks_.size());
  for_each_chunk([&](Chunk& chunk) {
    const StepInfo info = sampler_.step(chunk.state, streams_of(chunk, step + 1));
    add_parts(chunk, info);
    check(chunk, {local_.first + chunk.chains.first, step + 1}, chunk.state.log_p);
    if (wants_x) place_rows(chunk.state.configurations(), chunk.chains, x);
    const bool has_parts = info.part_acceptance.size() > 0;
    const auto place = static_cast<std::size_t>(&chunk - chunks_.data());
    acceptance[place] = has_parts ? info.part_acceptance : Batch(info.acceptance);
  });
  throw_if_failed();
  if (!adapts) return;
  Batch all(local_.count, acceptance.front().cols());
  for (const Chunk& chunk : chunks_) {
    place_rows(acceptance[static_cast<std::size_t>(&chunk - chunks_.data())], chunk.chains, all);
  }
  const ChainRows all_rows(options_.chains, traits_.rows_per_chain);
  WarmupStep pooled{step, options_.warmup, Column(all.cols()), {}};
  for (Index part = 0; part < all.cols(); ++part) {
    pooled.acceptance(part) =
        ranks_.ordered_sum(all.col(part)) / static_cast<double>(all_rows.rows());
  }
  if (wants_x) pooled.x = ranks_.gather_rows(x);
  tuning->adapt(pooled);
}

void Simulation::take_steps(Chunk& chunk, Range steps, StepInfo& mean) {
  const bool is_one_go = traits_.has_fast_steps;
  const double weight = is_one_go ? 1 : 1 / static_cast<double>(steps.count);
  const Index stride = is_one_go ? steps.count : 1;
  for (Index step = steps.first; step < steps.end() && !chunk.failure; step += stride) {
    const StepInfo info = sampler_.steps(chunk.state, streams_of(chunk, step), stride);
    check(chunk, {local_.first + chunk.chains.first, step + stride - 1}, chunk.state.log_p);
    add_parts(chunk, info);
    count_rejections(info.accepted, chunk.rejected_now, chunk.rejected_longest);
    add_step(info, weight, mean);
  }
}

void Simulation::store_recent(Chunk& chunk, Range draws) {
  for (std::size_t i = 0; i < chunk.recent.size(); ++i)
    records_.values[i].block(draws.first - records_.first, chunk.chains.first, draws.count,
                             chunk.chains.count) =
        chunk.recent[i].leftCols(draws.count).transpose();
}

void Simulation::draw_chunk(Chunk& chunk, Range draws) {
  const Index chains = chunk.chains.count;
  chunk.recent.assign(records_.values.size(), Batch(chains, std::min(kRecent, draws.count)));
  Index stored = draws.first;
  for (Index draw = draws.first; draw < draws.end() && !chunk.failure; ++draw) {
    for (Index i = draw * options_.bin; i < (draw + 1) * options_.bin && !chunk.failure; ++i) {
      StepInfo mean{Column::Zero(chains), Column::Zero(chains), Column::Zero(chains), 0, 0, {}};
      take_steps(chunk, {options_.warmup + i * options_.thin + 1, options_.thin}, mean);
      if (!chunk.failure) measure(chunk, i, draw - stored, mean);
    }
    if (chunk.failure) break;
    if (draw + 1 - stored == kRecent || draw + 1 == draws.end()) {
      store_recent(chunk, {stored, draw + 1 - stored});
      stored = draw + 1;
    }
    if (options_.keep_every == 0 || draw % options_.keep_every != 0) continue;
    const Index every = options_.keep_every;
    keep(chunk, draw / every - (draws.first + every - 1) / every);
  }
}

void Simulation::measure(Chunk& chunk, Index measurement, Index place, const StepInfo& mean) {
  const Index step = options_.warmup + (measurement + 1) * options_.thin;
  const Index draw = measurement / options_.bin;
  std::size_t column = 0;
  const auto record = [&](const auto& values) {
    auto sum = chunk.recent[column++].col(place);
    sum = measurement % options_.bin == 0 ? Column(values) : Column(sum + values);
    if (options_.bin > 1 && (measurement + 1) % options_.bin == 0)
      sum /= static_cast<double>(options_.bin);
  };
  chunk.physical.resize(0, 0);
  const auto physical = [&]() -> const Batch& {
    if (chunk.physical.size() == 0)
      chunk.physical = sampler_.physical(chunk.state, streams_of(chunk, step));
    return chunk.physical;
  };
  if (options_.keep_every > 0 && draw % options_.keep_every == 0) (void)physical();
  const ChainRows rows = ChainRows::among(chunk.chains.count, traits_.rows_per_chain);
  Measurement of_chunk(chunk.state, rows, physical);
  for (const Observable* observable : observables_) {
    const Column values = of_chunk(*observable);
    check(chunk, {local_.first + chunk.chains.first, step, static_cast<Index>(column)}, values);
    record(values);
  }
  add_arrays(chunk, measurement, of_chunk);
  add_variates(chunk, measurement, of_chunk);
  record(chunk.state.log_p);
  record(mean.acceptance);
  if (!traits_.has_fast_steps) {
    record(mean.accepted);
    record(mean.diverging);
    record(Column::Constant(chunk.chains.count, mean.step_size));
    record(Column::Constant(chunk.chains.count, static_cast<double>(mean.n_steps)));
  }
  if (chunk.state.log_q.size() > 0) record(chunk.state.log_p - chunk.state.log_q);
  for (Index part = 0; column < records_.values.size(); ++part)
    record(mean.part_acceptance.col(part));
}

void Simulation::add_arrays(Chunk& chunk, Index measurement, Measurement& of_chunk) const {
  const bool is_last = (measurement + 1) % options_.bin == 0;
  const Index draw = measurement / options_.bin;
  if (options_.arrays.empty() || !is_last || draw % options_.arrays_every != 0) return;
  if (chunk.sums.size() == 0) {
    Index numbers = 0;
    for (const ArrayObservable* array : options_.arrays) numbers += array->size();
    chunk.sums = Batch::Zero(chunk.chains.count, numbers);
  }
  Index first = 0;
  for (const ArrayObservable* array : options_.arrays) {
    array->add(of_chunk.configurations(array->is_of_pairs()),
               chunk.sums.middleCols(first, array->size()));
    first += array->size();
  }
}

void Simulation::add_variates(Chunk& chunk, Index measurement, Measurement& of_chunk) const {
  if (options_.variates == nullptr) return;
  chunk.binned.add(measurement / options_.bin, measurement % options_.bin == 0,
                   of_chunk(*options_.variates));
}

void Simulation::keep(const Chunk& chunk, Index place) {
  const Index sites = chunk.physical.cols();
  double* first = kept_.data() + (place * local_.count + chunk.chains.first) * sites;
  using Rows = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::Map<Rows>(first, chunk.chains.count, sites) = chunk.physical;
}

void Simulation::throw_if_failed() {
  constexpr double none = std::numeric_limits<double>::infinity();
  Column here = Column::Constant(3, none);
  for (Chunk& chunk : chunks_) {
    if (!chunk.failure) continue;
    if (here(0) == none) {
      failed_ = chunk.failure;
      here << static_cast<double>(failed_->chain), static_cast<double>(failed_->step),
          static_cast<double>(failed_->observable);
    }
    chunk.failure.reset();
  }
  const Column all = ranks_.gather(here);
  for (Index rank = 0; rank < ranks_.size(); ++rank) {
    const Column first = all.segment(3 * rank, 3);
    if (first(0) == none) continue;
    const auto observable = static_cast<std::size_t>(std::max(0.0, first(2)));
    const std::string quantity =
        first(2) < 0 ? "the log density" : "observable " + observables_[observable]->name();
    throw NumericalError(quantity + " of chain " + std::to_string(static_cast<Index>(first(0))) +
                         " is not finite at step " + std::to_string(static_cast<Index>(first(1))) +
                         "; its configuration was kept");
  }
}

}  // namespace nmc
