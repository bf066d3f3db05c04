#include "samplers/ladder/tempering.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/chain_rows.hpp"

namespace nmc {
namespace {

using Marks = std::span<const std::uint8_t>;

/// Takes tempering's own columns out of the memory, so that the inner sampler sees its own alone.
Batch take_replicas(Batch& memory) {
  Batch own;
  if (memory.cols() == ReplicaMemory::parts) {
    own.swap(memory);
  } else if (memory.cols() > ReplicaMemory::parts) {
    own = memory.rightCols(ReplicaMemory::parts);
    memory = memory.leftCols(memory.cols() - ReplicaMemory::parts).eval();
  }
  return own;
}

void put_replicas(Batch&& own, Batch& memory) {
  if (memory.size() == 0) {
    memory = std::move(own);
    return;
  }
  const Index inner = memory.cols();
  memory.conservativeResize(memory.rows(), inner + own.cols());
  memory.rightCols(own.cols()) = own;
}

void take_exchanged(const Column& exchanged, Marks marks, Column& log_p) {
  for (std::size_t row = 0; row < marks.size(); ++row)
    if (marks[row] != 0)
      log_p.segment<2>(static_cast<Index>(row)) = exchanged.segment<2>(static_cast<Index>(row));
}

void check_ladder(const std::vector<double>& betas) {
  require(betas.size() >= 2, "a ladder needs at least two temperatures");
  require(std::ranges::adjacent_find(betas, std::greater_equal<>()) == betas.end(),
          "the inverse temperatures of a ladder must ascend");
  require(betas.front() >= 0, "the inverse temperatures of a ladder must not be negative");
}

}  // namespace

Tempering::Tempering(std::unique_ptr<LadderWalk> walk, const TemperingOptions& options)
    : walk_(std::move(walk)),
      options_(options),
      tuning_((check_ladder(options.betas), options.betas), options.adapts_ladder) {
  require(options.swap_every >= 1, "swap_every must be at least 1");
  walk_->set_betas(betas());
}

void Tempering::refresh(ChainState& state, const Streams& streams, Index rows) const {
  walk_->init(state, streams, rows);
  put_replicas(fresh_replicas(rows, rungs(), tuning_.epoch()), state.memory);
}

void Tempering::init(ChainState& state, const Streams& streams, Index rows) const {
  Batch own = take_replicas(state.memory);
  if (own.size() == 0) {
    refresh(state, streams, rows);
    return;
  }
  walk_->init(state, streams, rows);
  put_replicas(std::move(own), state.memory);
}

Tempering::Decisions Tempering::decide(const Column& log_p, const Column& log_p_exchanged,
                                       const Streams& streams) const {
  const ChainRows rows = ChainRows::among(log_p.size(), rungs());
  const Column u = uniform_column(streams.with(Purpose::swap), rows.rows());
  Decisions decisions{Column::Constant(rows.rows(), std::nan("")),
                      std::vector<std::uint8_t>(static_cast<std::size_t>(rows.rows()), 0)};
  const Column gain = log_p_exchanged - log_p;
  for (Index chain = 0; chain < rows.chains(); ++chain)
    for (Index rung = parity(streams); rung + 1 < rows.rungs(); rung += 2) {
      const Index row = rows.row(chain, rung);
      const double log_ratio = gain(row) + gain(rows.row(chain, rung + 1));
      // A density that is not a number exchanges nothing.
      const double alpha = std::isnan(log_ratio) ? 0 : std::exp(std::min(log_ratio, 0.0));
      decisions.alpha(row) = alpha;
      decisions.marks[static_cast<std::size_t>(row)] = u(row) < alpha ? 1 : 0;
    }
  return decisions;
}

StepInfo Tempering::step(ChainState& state, const Streams& streams) const {
  const Index rows = state.chains();
  Batch own = take_replicas(state.memory);
  if (own.size() == 0 || own(0, ReplicaMemory::epoch) != static_cast<double>(tuning_.epoch())) {
    refresh(state, streams, rows);
    own = take_replicas(state.memory);
  }
  StepInfo info = walk_->walk(state, streams, {options_.swap_every, !is_frozen()});
  const Column exchanged = walk_->log_p_exchanged(state, parity(streams));
  const Decisions decisions = decide(state.log_p, exchanged, streams);
  walk_->exchange(state, decisions.marks);
  take_exchanged(exchanged, decisions.marks, state.log_p);
  count_exchanges(decisions.alpha, decisions.marks, rungs(), own);
  put_replicas(std::move(own), state.memory);
  if (!is_frozen()) add_pair_acceptance(decisions.alpha, info);
  return info;
}

void Tempering::add_pair_acceptance(const Column& alpha, StepInfo& info) const {
  const ChainRows rows = ChainRows::among(alpha.size(), rungs());
  const Index neighbours = rungs() - 1, inner = info.part_acceptance.cols();
  Batch parts(rows.rows(), neighbours + inner);
  for (Index chain = 0; chain < rows.chains(); ++chain)
    for (Index rung = 0; rung < neighbours; ++rung)
      parts(rows.of_chain(chain), rung).setConstant(alpha(rows.row(chain, rung)));
  if (inner > 0) parts.rightCols(inner) = info.part_acceptance;
  info.part_acceptance = std::move(parts);
}

SamplerTraits Tempering::traits() const {
  SamplerTraits traits;
  traits.steps_per_draw = 10;  // rounds: a ladder keeps as many draws as it has rungs
  traits.preferred_chunk = walk_->preferred_chunk();
  traits.rows_per_chain = rungs();
  return traits;
}

bool Tempering::wants_configurations(Index step, Index warmup) const {
  return !is_frozen() && nmc::wants_configurations(walk_->tuning(), step, warmup);
}

void Tempering::adapt(const WarmupStep& pooled) {
  const Index pairs = rungs() - 1;
  if (Tuning* const inner = walk_->tuning(); is_tuned(inner))
    inner->adapt({pooled.step, pooled.warmup,
                  pooled.acceptance.tail(pooled.acceptance.size() - pairs), pooled.x});
  if (tuning_.add(pooled.step, pooled.warmup, pooled.acceptance.head(pairs)))
    walk_->set_betas(betas());
}

std::vector<double> Tempering::numbers() const {
  std::vector<double> all = tuning_.state();
  const std::vector<double> inner = numbers_of(walk_->tuning());
  all.insert(all.end(), inner.begin(), inner.end());
  return all;
}

void Tempering::set_numbers(std::span<const double> numbers) {
  require(numbers.size() >= tuning_.state_size(),
          "the stored tuning does not belong to a ladder of this length");
  tuning_.set_state(numbers.first(tuning_.state_size()));
  walk_->set_betas(betas());
  nmc::set_numbers(walk_->tuning(), numbers.subspan(tuning_.state_size()));
}

}  // namespace nmc
