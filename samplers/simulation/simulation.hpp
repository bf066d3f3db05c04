#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/interfaces.hpp"
#include "core/parallel/ranks.hpp"
#include "core/parallel/threads.hpp"
#include "core/roles/array_observable.hpp"
#include "core/roles/control_variates.hpp"
#include "core/statistics/draw_bins.hpp"
#include "samplers/simulation/binned_sums.hpp"
#include "samplers/simulation/measurement.hpp"

namespace nmc {

struct SimulationOptions {
  Index chains = 64;  ///< of all ranks together, at least one per rank
  Index warmup = 0;   ///< steps before the first draw
  Index draws = 1;
  Index thin = 1;  ///< steps per measurement
  Index bin = 1;   ///< measurements that a draw is the mean of
  std::uint64_t seed = 1;
  Index keep_every = 0;        ///< store the configurations of every n-th draw; 0: none
  Index chunk = 64;            ///< most chains per task; results do not depend on it
  double segment_seconds = 1;  ///< aimed-at time between two calls of on_segment
  /// Arrays that are summed over every n-th draw, beginning with the first; of the measurements of
  /// a draw the last one counts.
  std::vector<const ArrayObservable*> arrays{};
  Index arrays_every = 1;
  /// Summed over bins of draws; null: none. Not of samplers with several rows per chain.
  const ControlVariates* variates = nullptr;
  statistics::DrawBins bins{};
  /// Most draws that records() holds, those since forget_draws(); 0: all of the run.
  Index held_draws = 0;
  /// Configurations to begin with, (rows, sites), in the sampler's own space, of the given global
  /// rows; empty: the sampler's own start. Collective, called once where there is nothing to
  /// resume.
  std::function<Batch(Range rows)> start{};
};

/// Numbers measured by this rank, (draws, local rows) each; a row is a chain, or one of the
/// sampler's rows_per_chain, which are then next to each other. The columns: the observables,
/// then `lp`, `acceptance_rate`, `accepted`, `diverging`, `step_size`, `n_steps` (the last four not
/// of samplers with fast steps, of which they say nothing), where the sampler keeps log q
/// `log_weight` = ln p − ln q of the current configuration, and `acceptance_NAME` of each of the
/// sampler's parts, NaN in a draw that did not run it. Rows beyond the draws done are NaN, or of no
/// meaning where held_draws says how many there are.
struct Records {
  std::vector<std::string> names;
  std::vector<Batch> values;
  Index first = 0;        ///< draw of the first row
  Index observables = 0;  ///< the first so many are observables
};

/// All that a checkpoint must hold besides the records so far.
struct SimulationState {
  Index steps = 0;             ///< steps done, warm-up included
  std::vector<double> tuning;  ///< the sampler's
  ChainState chains;           ///< of this rank; spins that are packed are in `spins` alone
  Batch spins{};               ///< as spin_numbers(), (local rows, numbers); else (0, 0)
  Column rejected_now;         ///< steps since the last accepted one
  Column rejected_longest;     ///< longest such run since warm-up
  /// The arrays one after the other, summed over draws, (local rows, numbers); of arrays of pairs
  /// the first row of a pair holds it. (0, 0) without arrays.
  Batch sums{};
  /// Sums of the control variates over bins of draws, (local rows, bins · variates).
  Batch binned{};
};

/// A number that is not finite, and where it arose.
struct NonFinite {
  Index chain = 0;        ///< global
  Index step = 0;         ///< of the run, warm-up included, from 1; 0: the start
  Index observable = -1;  ///< its number, -1: the log density
  Batch configuration{};  ///< (1, sites), in the sampler's own space
};

/// Draws that were done between two synchronisations.
struct Segment {
  bool is_warmup = false;
  Index steps_done = 0;  ///< of the phase
  Index steps_total = 0;
  Range draws;  ///< done in this segment; empty in warm-up
  Range kept;   ///< numbers of the kept configurations in this segment
  const std::vector<double>* configurations = nullptr;  ///< [kept, local chain, site]
};

/// Runs one sampler on many chains: warm-up with tuning, then draws. Chains are divided among ranks
/// in contiguous blocks and among threads in chunks. Every number depends on the seed, the global
/// chain and the step alone, so results are the same for any number of ranks and threads, any
/// chunk, and through a stop and resume.
class Simulation {
 public:
  /// On the main thread of every rank, with the same `is_warmup` and counts. Returning false stops
  /// the run on all ranks once any rank returns false.
  using OnSegment = std::function<bool(const Segment&)>;

  /// Sampler (tuned in place) and observables must outlive it. UserError for bad options.
  Simulation(Sampler& sampler, std::vector<const Observable*> observables,
             SimulationOptions options, const Ranks& ranks, const Threads& threads);

  /// Runs to the end or until on_segment stops it, which forgets draws where there is room for no
  /// more; true when all draws are done. NumericalError,
  /// the same on all ranks, names the global chain and the step of a non-finite number; state()
  /// and draws_done() then are those of the last synchronisation before it.
  bool run(const OnSegment& on_segment = {}) { return run_to(options_.draws, on_segment); }
  /// The same to so many draws, at most all of them.
  bool run_to(Index draws, const OnSegment& on_segment = {});

  [[nodiscard]] SimulationState state() const;
  /// Parts of it: warm-up and draws so far, (local rows, numbers) of the configurations, of
  /// the sampler's own memory, of the arrays and of the control variates.
  [[nodiscard]] Index steps_done() const { return steps_; }
  [[nodiscard]] Batch configurations() const;
  [[nodiscard]] Batch memory() const;
  [[nodiscard]] Batch sums() const;
  [[nodiscard]] Batch binned() const;
  [[nodiscard]] Index sites() const { return sampler_.sites(); }
  [[nodiscard]] const Records& records() const { return records_; }
  /// Draws that records() holds, and for how many more it has room.
  [[nodiscard]] Range held() const { return {records_.first, draws_done() - records_.first}; }
  [[nodiscard]] Index room() const;
  /// The draws so far are safe elsewhere: their place is free for those to come.
  void forget_draws() { records_.first = draws_done(); }
  /// What the sampler's parts cost since the start or resume, of this rank; runs are those of one
  /// chain. Empty where there is one part.
  [[nodiscard]] std::vector<PartCost> part_costs() const;
  [[nodiscard]] Index draws_done() const;
  /// Draws that are in the sums of arrays.
  [[nodiscard]] Index array_draws() const {
    return (draws_done() + options_.arrays_every - 1) / options_.arrays_every;
  }
  /// Rows of this rank: its chains times the sampler's rows_per_chain.
  [[nodiscard]] Range local_rows() const { return local_; }
  /// Goes on from a checkpoint; records are not read where it was taken in warm-up, nor where
  /// held_draws is set: they then begin behind it. UserError when it does not fit sampler,
  /// observables and options.
  void resume(const SimulationState& state, const Records& records);
  /// What went wrong on this rank, for the driver to save.
  [[nodiscard]] const std::optional<NonFinite>& failure() const { return failed_; }

 private:
  struct Chunk {
    Range chains;  ///< local numbers of its rows
    ChainState state;
    Column rejected_now, rejected_longest;
    Batch physical;     ///< configurations of the last measurement
    Batch sums;         ///< of arrays
    BinnedSums binned;  ///< of control variates
    /// Of every column the draws since the last store, (rows, draws), the last one a sum so far.
    std::vector<Batch> recent;
    std::vector<PartCost> part_costs;
    std::optional<NonFinite> failure;
  };

  void make_records();
  void start();
  void split(const SimulationState& state);
  /// What an interrupted segment goes back to, as it is packed.
  struct Saved {
    Index steps = 0;
    std::vector<double> tuning{};
    std::vector<Chunk> chunks{};
  };
  [[nodiscard]] Saved save() const;
  void restore(Saved saved);
  [[nodiscard]] Streams streams_of(const Chunk& chunk, Index step) const;
  void for_each_chunk(const std::function<void(Chunk&)>& work);
  void advance(Range units, bool is_warmup);
  void warm_up(Range steps);
  void warm_up_step(Index step);
  void take_steps(Chunk& chunk, Range steps, StepInfo& mean);
  static void add_parts(Chunk& chunk, const StepInfo& info);
  void draw_chunk(Chunk& chunk, Range draws);
  /// `place` is the column of `recent`.
  void measure(Chunk& chunk, Index measurement, Index place, const StepInfo& mean);
  void store_recent(Chunk& chunk, Range draws);
  void add_arrays(Chunk& chunk, Index measurement, Measurement& of_chunk) const;
  void add_variates(Chunk& chunk, Index measurement, Measurement& of_chunk) const;
  [[nodiscard]] Index count_variates() const {
    return options_.variates == nullptr ? 0 : std::ssize(options_.variates->names());
  }
  void keep(const Chunk& chunk, Index place);
  static void check(Chunk& chunk, NonFinite where, const Column& values);
  void throw_if_failed();

  Sampler& sampler_;
  SamplerTraits traits_;  ///< of the sampler
  std::vector<const Observable*> observables_;
  SimulationOptions options_;
  const Ranks& ranks_;
  const Threads& threads_;
  Range local_;  ///< rows
  std::vector<Chunk> chunks_;
  Records records_;
  Index steps_ = 0;
  std::vector<double> kept_;  ///< configurations of this segment
  std::optional<NonFinite> failed_;
};

}  // namespace nmc
