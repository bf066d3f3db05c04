#include "samplers/ladder/spin_ladder.hpp"

#include <numeric>
#include <utility>

#include "core/random/xoshiro.hpp"
#include "core/spins/exchange.hpp"

namespace nmc {
namespace {

template <class Table>
void exchange_rows(Table& table, std::span<const std::uint8_t> marks) {
  if (table.size() == 0) return;
  for (std::size_t r = 0; r + 1 < marks.size(); ++r)
    if (marks[r] != 0) table.row(static_cast<Index>(r)).swap(table.row(static_cast<Index>(r) + 1));
}

}  // namespace

SpinLadder::SpinLadder(const SpinTarget& target, MakeInner make)
    : target_(target), make_(std::move(make)) {}

void SpinLadder::set_betas(const std::vector<double>& betas) {
  betas_ = betas;
  inner_ = make_(betas);
}

void SpinLadder::init(ChainState& state, const Streams& streams, Index rows) const {
  inner_->init(state, streams, rows);
  forget_hot_density(state);
}

void SpinLadder::forget_hot_density(ChainState& state) const {
  if (betas_.front() != 0) return;
  state.log_p(ladders(state.log_p.size()).of_rung(0)).setZero();
}

StepInfo SpinLadder::walk(ChainState& state, const Streams& streams, const Task& task) const {
  const auto count = static_cast<std::uint64_t>(task.count);
  StepInfo info = inner_->steps(state, streams.at_step(streams.step * count), task.count);
  info.part_acceptance.resize(0, 0);
  if (betas_.front() == 0) {
    draw_hot_rows(state, streams);
    state.energy = target_.energy(state.spins);
  }
  forget_hot_density(state);
  return info;
}

// At beta = 0 all configurations are equally likely: the row is drawn afresh. One random word
// serves all rows of a word, so that a row's spins do not depend on how the rows are cut into
// batches.
void SpinLadder::draw_hot_rows(ChainState& state, const Streams& streams) const {
  Spins& spins = state.spins;
  const ChainRows rows = ladders(spins.rows());
  if (spins.layout() != SpinLayout::lanes) {
    for (Index chain = 0; chain < rows.chains(); ++chain) {
      const Index row = rows.row(chain, 0);
      Xoshiro random(streams.with(Purpose::propose), row);
      for (Index site = 0; site < spins.sites(); ++site)
        spins.set(row, site, (random.next() >> 63) != 0);
    }
    return;
  }
  std::vector<std::uint64_t> hot(static_cast<std::size_t>(spins.groups()), 0);
  for (Index chain = 0; chain < rows.chains(); ++chain) {
    const Index lane = rows.row(chain, 0) + spins.first_bit();
    hot[static_cast<std::size_t>(lane / Spins::kWordBits)] |= std::uint64_t{1}
                                                              << lane % Spins::kWordBits;
  }
  Streams of_word = streams.with(Purpose::propose);
  of_word.first_chain -= static_cast<std::uint32_t>(spins.first_bit());
  for (std::size_t group = 0; group < hot.size(); ++group) {
    if (hot[group] == 0) continue;
    Xoshiro random(of_word, static_cast<Index>(group) * Spins::kWordBits);
    std::uint64_t* word = spins.words() + group;
    for (Index site = 0; site < spins.sites(); ++site, word += spins.groups())
      *word ^= (*word ^ random.next()) & hot[group];
  }
}

Column SpinLadder::log_p_exchanged(const ChainState& state, Index parity) const {
  const Column energy = state.energy.size() > 0 ? state.energy : target_.energy(state.spins);
  Column log_p = state.log_p;
  const ChainRows rows = ladders(log_p.size());
  for (Index chain = 0; chain < rows.chains(); ++chain)
    for (Index rung = parity; rung + 1 < rows.rungs(); rung += 2) {
      const auto lower = static_cast<std::size_t>(rung);
      const Index here = rows.row(chain, rung), above = rows.row(chain, rung + 1);
      log_p(here) = -betas_[lower] * energy(above);
      log_p(above) = -betas_[lower + 1] * energy(here);
    }
  return log_p;
}

void SpinLadder::exchange(ChainState& state, std::span<const std::uint8_t> marks) const {
  nmc::exchange_rows(state.spins, marks);
  exchange_rows(state.energy, marks);
  exchange_rows(state.grad, marks);
  exchange_rows(state.memory, marks);
}

Index SpinLadder::preferred_chunk() const {
  const Index unit = std::lcm<Index>(std::ssize(betas_), Spins::kWordBits);
  return (inner_->traits().preferred_chunk + unit - 1) / unit * unit;
}

}  // namespace nmc
