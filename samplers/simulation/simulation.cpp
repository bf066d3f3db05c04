#include "samplers/simulation/simulation.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "core/chain_rows.hpp"
#include "samplers/simulation/pace.hpp"

namespace nmc {
namespace {

void check_options(const SimulationOptions& options, const Ranks& ranks) {
  require(options.chains >= ranks.size(),
          std::to_string(ranks.size()) + " ranks and " + std::to_string(options.chains) +
              " chains: some ranks would have none. Use at most as many ranks as chains");
  require(options.draws >= 1, "run.draws must be at least 1");
  require(options.warmup >= 0, "run.warmup must not be negative");
  require(options.thin >= 1, "run.thin must be at least 1");
  require(options.bin >= 1, "run.bin must be at least 1");
  require(options.keep_every >= 0, "configurations are kept every n-th draw, n >= 1");
  require(options.arrays_every >= 1, "arrays are measured every n-th draw, n >= 1");
  require(options.bins.most >= 2 && options.bins.most % 2 == 0, "bins come in pairs");
  require(options.chunk >= 1, "a chunk holds at least one chain");
}

Index count_chunks(Index chains, Index most, Index threads) {
  const Index chunks = (chains + most - 1) / most;
  const Index even = (chunks + threads - 1) / threads * threads;  // no thread idles at the end
  return std::min(even, chains);
}

/// The rows of units, each of as many.
Range rows_of(Range units, const ChainRows& unit) {
  return {units.first * unit.rows(), units.count * unit.rows()};
}

/// What is measured on pairs of replicas, or nothing.
std::string name_of_pairs(const std::vector<const Observable*>& observables,
                          const SimulationOptions& options) {
  for (const Observable* observable : observables)
    if (observable->traits().is_of_pairs) return observable->name();
  for (const ArrayObservable* array : options.arrays)
    if (array->is_of_pairs()) return array->name();
  return "";
}

/// Chains that no rank and no chunk may part: two where pairs of replicas are measured.
Index chains_per_unit(const std::string& name, Index chains, const Ranks& ranks) {
  if (name.empty()) return 1;
  const std::string what = name + " is measured on pairs of independent chains, and ";
  require(chains % 2 == 0, what + "sampler.chains = " + std::to_string(chains) +
                               " is odd; make it even, or leave " + name +
                               " out of output.observables");
  require(chains / 2 >= ranks.size(), what + std::to_string(ranks.size()) + " ranks share " +
                                          std::to_string(chains / 2) +
                                          " of them: start fewer processes");
  return 2;
}

}  // namespace

Simulation::Simulation(Sampler& sampler, std::vector<const Observable*> observables,
                       SimulationOptions options, const Ranks& ranks, const Threads& threads)
    : sampler_(sampler),
      traits_(sampler.traits()),
      observables_(std::move(observables)),
      options_(std::move(options)),
      ranks_(ranks),
      threads_(threads) {
  check_options(options_, ranks_);
  const ChainRows unit(
      chains_per_unit(name_of_pairs(observables_, options_), options_.chains, ranks_),
      traits_.rows_per_chain);
  const Range units = ranks_.share(options_.chains / unit.chains());
  local_ = rows_of(units, unit);
  const Index most = std::max<Index>(1, options_.chunk / unit.rows());
  const Index count = count_chunks(units.count, most, threads_.count());
  chunks_.resize(static_cast<std::size_t>(count));
  for (Index i = 0; i < count; ++i)
    chunks_[static_cast<std::size_t>(i)].chains = rows_of(share(units.count, count, i), unit);
}

Streams Simulation::streams_of(const Chunk& chunk, Index step) const {
  const Index first = local_.first + chunk.chains.first;
  return {options_.seed, static_cast<std::uint64_t>(step), static_cast<std::uint32_t>(first),
          Purpose::init};
}

void Simulation::for_each_chunk(const std::function<void(Chunk&)>& work) {
  threads_.for_each(static_cast<Index>(chunks_.size()),
                    [&](Index i) { work(chunks_[static_cast<std::size_t>(i)]); });
}

void Simulation::start() {
  const Batch x = options_.start ? options_.start(local_) : Batch();
  for_each_chunk([&](Chunk& chunk) {
    if (x.size() > 0) chunk.state.x = x.middleRows(chunk.chains.first, chunk.chains.count);
    chunk.rejected_now = Column::Zero(chunk.chains.count);
    chunk.rejected_longest = Column::Zero(chunk.chains.count);
    chunk.binned = {options_.bins, {}};
    sampler_.init(chunk.state, streams_of(chunk, 0), chunk.chains.count);
    check(chunk, {local_.first + chunk.chains.first, 0}, chunk.state.log_p);
  });
  throw_if_failed();
  make_records();
}

void Simulation::make_records() {
  records_ = {};
  for (const Observable* observable : observables_) records_.names.push_back(observable->name());
  records_.observables = static_cast<Index>(observables_.size());
  for (const char* name : {"lp", "acceptance_rate"}) records_.names.emplace_back(name);
  if (!traits_.has_fast_steps)
    for (const char* name : {"accepted", "diverging", "step_size", "n_steps"})
      records_.names.emplace_back(name);
  if (chunks_.front().state.log_q.size() > 0) records_.names.emplace_back("log_weight");
  for (const std::string& name : traits_.part_names) records_.names.push_back("acceptance_" + name);
  records_.values.assign(records_.names.size(), Batch());
  for (Batch& values : records_.values) {
    if (options_.held_draws > 0)  // its pages are taken as draws come
      values.resize(std::min(options_.held_draws, options_.draws), local_.count);
    else
      values.setConstant(options_.draws, local_.count, std::numeric_limits<double>::quiet_NaN());
  }
}

Index Simulation::room() const {
  return options_.held_draws > 0 ? options_.held_draws - held().count : options_.draws;
}

bool Simulation::run_to(Index draws, const OnSegment& on_segment) {
  if (records_.names.empty()) start();
  Pace pace(ranks_, options_.segment_seconds);
  while (draws_done() < draws) {
    const bool is_warmup = steps_ < options_.warmup;
    const Index done = is_warmup ? steps_ : draws_done();
    const Index total = is_warmup ? options_.warmup : draws;
    assert(is_warmup || room() > 0);
    const Range units{done, pace.next(is_warmup ? total - done : std::min(total - done, room()))};
    advance(units, is_warmup);
    Segment segment{is_warmup, units.end(), total, units, {}, &kept_};
    if (is_warmup) segment.draws = {};
    const auto chain_size = local_.count * sampler_.sites();
    if (options_.keep_every > 0 && !is_warmup) {
      segment.kept = {(done + options_.keep_every - 1) / options_.keep_every,
                      static_cast<Index>(kept_.size()) / chain_size};
    }
    const bool stops = on_segment && !on_segment(segment);
    if (ranks_.any(stops)) break;
  }
  return draws_done() >= draws;
}

void Simulation::advance(Range units, bool is_warmup) {
  Saved before = save();
  try {
    if (is_warmup) {
      warm_up(units);
    } else {
      const Index every = std::max<Index>(1, options_.keep_every);
      const Index kept = (units.end() + every - 1) / every - (units.first + every - 1) / every;
      kept_.assign(options_.keep_every == 0
                       ? 0
                       : static_cast<std::size_t>(kept * local_.count * sampler_.sites()),
                   0.0);
      for_each_chunk([&](Chunk& chunk) { draw_chunk(chunk, units); });
      throw_if_failed();
    }
  } catch (const NumericalError&) {
    restore(std::move(before));
    if (!is_warmup) {
      for (Batch& values : records_.values) {
        values.middleRows(units.first - records_.first, units.count)
            .setConstant(std::numeric_limits<double>::quiet_NaN());
      }
    }
    throw;
  }
  steps_ += is_warmup ? units.count : units.count * options_.thin * options_.bin;
}

std::vector<PartCost> Simulation::part_costs() const {
  std::vector<PartCost> total = chunks_.front().part_costs;
  for (std::size_t chunk = 1; chunk < chunks_.size(); ++chunk)
    for (std::size_t part = 0; part < chunks_[chunk].part_costs.size(); ++part)
      total[part].cpu_seconds += chunks_[chunk].part_costs[part].cpu_seconds;
  return total;
}

Index Simulation::draws_done() const {
  return std::max<Index>(0, steps_ - options_.warmup) / (options_.thin * options_.bin);
}

}  // namespace nmc
