#include "samplers/ladder/rung_ladder.hpp"

#include <algorithm>
#include <utility>

#include "core/spins/exchange.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc {
namespace {

/// The rows of a rung of a table that may be absent.
Batch rows_of(const Batch& all, Index rung, Index rungs) {
  if (all.size() == 0) return {};
  return all(ChainRows::among(all.rows(), rungs).of_rung(rung), Eigen::all);
}

void put_rows(const Batch& part, Index rung, Index rungs, Batch& all) {
  if (part.size() == 0) return;
  const ChainRows rows(part.rows(), rungs);
  if (all.size() == 0) all.resize(rows.rows(), part.cols());
  all(rows.of_rung(rung), Eigen::all) = part;
}

void put_rows(const Column& part, Index rung, Index rungs, Column& all) {
  const ChainRows rows(part.size(), rungs);
  if (all.size() == 0) all.resize(rows.rows());
  all(rows.of_rung(rung)) = part;
}

}  // namespace

void RungLadder::set_betas(const std::vector<double>& betas) {
  std::vector<Rung> rungs;
  for (std::size_t r = 0; r < betas.size(); ++r) {
    const bool is_known = r < rungs_.size();
    if (is_known && betas_[r] == betas[r]) {
      rungs.push_back(std::move(rungs_[r]));
      continue;
    }
    rungs.push_back(make_(betas[r]));
    if (is_known)
      nmc::set_numbers(rungs.back().sampler->tuning(), numbers_of(rungs_[r].sampler->tuning()));
  }
  rungs_ = std::move(rungs);
  betas_ = betas;
}

ChainState RungLadder::gather(const ChainState& state, Index rung) const {
  ChainState part;
  part.x = rows_of(state.x, rung, count());
  part.memory = rows_of(state.memory, rung, count());
  if (state.log_p.size() > 0) part.log_p = state.log_p(ladders(state.log_p.size()).of_rung(rung));
  const Spins& spins = state.spins;
  if (spins.empty()) return part;
  const ChainRows rows = ladders(spins.rows());
  part.spins =
      Spins(SpinLayout::bytes, {rows.chains(), spins.sites(), rows.chain_of(spins.first_row())});
  for (Index chain = 0; chain < rows.chains(); ++chain)
    copy_row({spins, rows.row(chain, rung)}, part.spins, chain);
  return part;
}

void RungLadder::scatter(const ChainState& part, Index rung, ChainState& state) const {
  put_rows(part.x, rung, count(), state.x);
  put_rows(part.memory, rung, count(), state.memory);
  put_rows(part.log_p, rung, count(), state.log_p);
  if (part.spins.empty()) return;
  const bool is_bytes = part.spins.layout() == SpinLayout::bytes;
  const Spins converted = is_bytes ? Spins() : part.spins.converted(SpinLayout::bytes);
  const Spins& spins = is_bytes ? part.spins : converted;
  const ChainRows rows(spins.rows(), count());
  if (state.spins.empty())
    state.spins =
        Spins(SpinLayout::bytes, {rows.rows(), spins.sites(), rows.row(spins.first_row(), 0)});
  for (Index chain = 0; chain < rows.chains(); ++chain)
    copy_row({spins, chain}, state.spins, rows.row(chain, rung));
}

// Every rung has steps of its own, which keeps its random numbers apart from the others'.
Streams RungLadder::streams_of(const Streams& streams, Index rung, Index steps) const {
  Streams own = streams;
  own.first_chain = streams.first_chain / static_cast<std::uint32_t>(count());
  own.step =
      (streams.step * static_cast<std::uint64_t>(count()) + static_cast<std::uint64_t>(rung)) *
      static_cast<std::uint64_t>(steps);
  return own;
}

// Networks leave spins as numbers.
void RungLadder::pack(ChainState& part, const Streams& streams) const {
  const SpinTarget* spins = rungs_.front().spins;
  if (spins != nullptr) use_layout(part, SpinLayout::bytes, streams, spins->graph());
}

void RungLadder::init(ChainState& state, const Streams& streams, Index rows) const {
  const Rung& first = rungs_.front();
  if (state.chains() > 0 && first.spins != nullptr)
    use_layout(state, SpinLayout::bytes, streams, first.spins->graph());
  const ChainState before = std::exchange(state, {});
  for (Index rung = 0; rung < count(); ++rung) {
    ChainState part = gather(before, rung);
    const Streams own = streams_of(streams, rung, 1);
    rungs_[static_cast<std::size_t>(rung)].sampler->init(part, own, ladders(rows).chains());
    pack(part, own);
    scatter(part, rung, state);
  }
}

StepInfo RungLadder::walk(ChainState& state, const Streams& streams, const Task& task) const {
  const ChainRows rows = ladders(state.chains());
  if (rungs_.front().spins != nullptr)
    use_layout(state, SpinLayout::bytes, streams, rungs_.front().spins->graph());
  StepInfo info;
  info.diverging = Column::Zero(rows.rows());
  for (Index rung = 0; rung < count(); ++rung) {
    const Sampler& sampler = *rungs_[static_cast<std::size_t>(rung)].sampler;
    ChainState part = gather(state, rung);
    const Streams own = streams_of(streams, rung, task.count);
    sampler.init(part, own, rows.chains());  // the exchanges left its caches behind
    const StepInfo here = sampler.steps(part, own, task.count);
    pack(part, own);
    scatter(part, rung, state);
    put_rows(here.acceptance, rung, count(), info.acceptance);
    put_rows(here.accepted, rung, count(), info.accepted);
    put_rows(here.diverging, rung, count(), info.diverging);
    info.step_size = here.step_size;  // of the coldest rung
    info.n_steps = here.n_steps;
    if (!task.wants_parts) continue;
    const Batch parts =
        here.part_acceptance.size() > 0 ? here.part_acceptance : Batch(here.acceptance);
    if (rung == 0) info.part_acceptance.resize(rows.rows(), count() * parts.cols());
    for (Index row = 0; row < rows.rows(); ++row)
      info.part_acceptance.row(row).segment(rung * parts.cols(), parts.cols()) =
          parts.row(rows.chain_of(row));
  }
  return info;
}

Column RungLadder::log_density(const Rung& rung, const ChainState& part) const {
  if (rung.spins != nullptr) return -rung.spins->beta() * rung.spins->energy(part.spins);
  return rung.target->log_density(part.x);
}

Column RungLadder::log_p_exchanged(const ChainState& state, Index parity) const {
  Column log_p = state.log_p;
  for (Index rung = parity; rung + 1 < count(); rung += 2) {
    const auto lower = static_cast<std::size_t>(rung);
    put_rows(log_density(rungs_[lower], gather(state, rung + 1)), rung, count(), log_p);
    put_rows(log_density(rungs_[lower + 1], gather(state, rung)), rung + 1, count(), log_p);
  }
  return log_p;
}

void RungLadder::exchange(ChainState& state, std::span<const std::uint8_t> marks) const {
  if (!state.spins.empty()) exchange_rows(state.spins, marks);
  for (Batch* table : {&state.x, &state.memory})
    for (std::size_t r = 0; r + 1 < marks.size() && table->size() > 0; ++r)
      if (marks[r] != 0)
        table->row(static_cast<Index>(r)).swap(table->row(static_cast<Index>(r) + 1));
}

std::vector<Tuning*> RungLadder::tunings() const {
  std::vector<Tuning*> all;
  for (const Rung& rung : rungs_) all.push_back(rung.sampler->tuning());
  return all;
}

bool RungLadder::is_frozen() const {
  return std::ranges::none_of(tunings(), is_tuned);
}

bool RungLadder::wants_configurations(Index step, Index warmup) const {
  return std::ranges::any_of(
      tunings(), [&](const Tuning* of) { return nmc::wants_configurations(of, step, warmup); });
}

void RungLadder::adapt(const WarmupStep& pooled) {
  const Index parts = pooled.acceptance.size() / count();
  for (Index rung = 0; rung < count(); ++rung) {
    Tuning* const tuning = rungs_[static_cast<std::size_t>(rung)].sampler->tuning();
    if (!is_tuned(tuning)) continue;
    tuning->adapt({pooled.step, pooled.warmup, pooled.acceptance.segment(rung * parts, parts),
                   rows_of(pooled.x, rung, count())});
  }
}

std::vector<double> RungLadder::numbers() const {
  return joined_numbers(tunings());
}

void RungLadder::set_numbers(std::span<const double> numbers) {
  set_joined_numbers(tunings(), numbers, "ladder");
}

}  // namespace nmc
