#include <algorithm>
#include <string>

#include "core/spins/spin_numbers.hpp"
#include "samplers/simulation/simulation.hpp"

/// Checkpoints of a simulation: the chains of all chunks as one table and back.
namespace nmc {
namespace {

/// Rows of one chunk of a table that may be absent.
Batch part_of(const Batch& all, Range rows) {
  return all.size() == 0 ? Batch() : Batch(all.middleRows(rows.first, rows.count));
}

Column part_of(const Column& all, Range rows) {
  return all.size() == 0 ? Column() : Column(all.segment(rows.first, rows.count));
}

void put_rows(const Batch& part, Range rows, Index chains, Batch& all) {
  if (part.size() == 0) return;
  if (all.size() == 0) all.resize(chains, part.cols());
  all.middleRows(rows.first, rows.count) = part;
}

void put_rows(const Column& part, Range rows, Index chains, Column& all) {
  if (part.size() == 0) return;
  if (all.size() == 0) all.resize(chains);
  all.segment(rows.first, rows.count) = part;
}

}  // namespace

Batch Simulation::configurations() const {
  Batch all;
  for (const Chunk& chunk : chunks_)
    put_rows(chunk.state.configurations(), chunk.chains, local_.count, all);
  return all;
}

Batch Simulation::memory() const {
  Batch all;
  for (const Chunk& chunk : chunks_) put_rows(chunk.state.memory, chunk.chains, local_.count, all);
  return all;
}

Batch Simulation::sums() const {
  Batch all;
  for (const Chunk& chunk : chunks_) put_rows(chunk.sums, chunk.chains, local_.count, all);
  return all;
}

Batch Simulation::binned() const {
  Batch all;
  for (const Chunk& chunk : chunks_)
    put_rows(chunk.binned.sums(draws_done(), count_variates()), chunk.chains, local_.count, all);
  return all;
}

SimulationState Simulation::state() const {
  SimulationState all;
  all.steps = steps_;
  all.tuning = numbers_of(sampler_.tuning());
  all.chains.memory = memory();
  all.sums = sums();
  all.binned = binned();
  for (const Chunk& chunk : chunks_) {
    if (chunk.state.spins.empty())
      put_rows(chunk.state.x, chunk.chains, local_.count, all.chains.x);
    else
      put_rows(spin_numbers(chunk.state.spins), chunk.chains, local_.count, all.spins);
    put_rows(chunk.state.log_p, chunk.chains, local_.count, all.chains.log_p);
    put_rows(chunk.state.grad, chunk.chains, local_.count, all.chains.grad);
    put_rows(chunk.state.log_q, chunk.chains, local_.count, all.chains.log_q);
    put_rows(chunk.rejected_now, chunk.chains, local_.count, all.rejected_now);
    put_rows(chunk.rejected_longest, chunk.chains, local_.count, all.rejected_longest);
  }
  return all;
}

Simulation::Saved Simulation::save() const {
  Saved saved{steps_, numbers_of(sampler_.tuning())};
  for (const Chunk& chunk : chunks_)
    saved.chunks.push_back({chunk.chains,
                            chunk.state,
                            chunk.rejected_now,
                            chunk.rejected_longest,
                            {},
                            chunk.sums,
                            chunk.binned,
                            {},
                            chunk.part_costs,
                            {}});
  return saved;
}

void Simulation::restore(Saved saved) {
  steps_ = saved.steps;
  set_numbers(sampler_.tuning(), saved.tuning);
  chunks_ = std::move(saved.chunks);
}

void Simulation::split(const SimulationState& all) {
  steps_ = all.steps;
  set_numbers(sampler_.tuning(), all.tuning);
  for (Chunk& chunk : chunks_) {
    chunk.state = {all.spins.size() == 0
                       ? part_of(all.chains.x, chunk.chains)
                       : spins_of_numbers(part_of(all.spins, chunk.chains), sampler_.sites()),
                   part_of(all.chains.log_p, chunk.chains),
                   part_of(all.chains.grad, chunk.chains),
                   part_of(all.chains.log_q, chunk.chains),
                   Spins(),
                   part_of(all.chains.memory, chunk.chains)};
    chunk.rejected_now = part_of(all.rejected_now, chunk.chains);
    chunk.rejected_longest = part_of(all.rejected_longest, chunk.chains);
    chunk.sums = part_of(all.sums, chunk.chains);
    chunk.binned = {options_.bins, part_of(all.binned, chunk.chains)};
    chunk.failure.reset();
  }
}

void Simulation::resume(const SimulationState& state, const Records& records) {
  const bool is_packed = state.spins.size() > 0;
  const Batch& x = is_packed ? state.spins : state.chains.x;
  const Index columns = is_packed ? numbers_of_spins(sampler_.sites()) : sampler_.sites();
  require(
      x.rows() == local_.count && x.cols() == columns && state.chains.log_p.size() == local_.count,
      "the checkpoint holds " + std::to_string(x.rows()) + " chains of " +
          std::to_string(x.cols()) + " numbers; this run has " + std::to_string(local_.count) +
          " of " + std::to_string(columns));
  Index numbers = 0;
  for (const ArrayObservable* array : options_.arrays) numbers += array->size();
  const bool has_draws = state.steps > options_.warmup;
  require(!has_draws || state.sums.cols() == numbers,
          "the checkpoint was written with other correlations; leave output.correlations as it "
          "was");
  require(!has_draws || (state.binned.cols() > 0) == (options_.variates != nullptr),
          "the checkpoint was written with another output.control_variates; leave it as it was");
  split(state);
  make_records();
  const Index done = std::min(draws_done(), options_.draws);
  if (done == 0) return;  // stopped in warm-up: there are no records yet
  if (options_.held_draws > 0) {
    records_.first = done;
    return;
  }
  require(records.names == records_.names,
          "the checkpoint was written with other observables or another sampler");
  for (std::size_t i = 0; i < records.values.size(); ++i) {
    require(records.values[i].rows() >= done && records.values[i].cols() == local_.count,
            "the checkpoint lacks draws of " + records.names[i]);
    records_.values[i].topRows(done) = records.values[i].topRows(done);
  }
}

}  // namespace nmc
