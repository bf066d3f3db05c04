#include "samplers/ladder/ladder_tuning.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace nmc {
namespace {

// Fewer tries of a pair than this say nothing about its acceptance.
constexpr double kLeastTries = 2;

bool ends_round(Index step, Index warmup) {
  constexpr std::array<Index, 5> parts{32, 16, 8, 4, 2};
  return std::ranges::any_of(parts, [&](Index part) { return step + 1 == warmup / part; });
}

}  // namespace

std::vector<double> even_barrier(const std::vector<double>& betas,
                                 const std::vector<double>& rejection) {
  constexpr double kFloor = 1e-3;  // pairs that never reject still take up some of the ladder
  std::vector<double> barrier{0};
  for (const double rate : rejection) barrier.push_back(barrier.back() + std::max(rate, kFloor));
  std::vector<double> even = betas;
  std::size_t below = 0;
  const auto gaps = static_cast<double>(rejection.size());
  for (std::size_t rung = 1; rung + 1 < betas.size(); ++rung) {
    const double wanted = barrier.back() * static_cast<double>(rung) / gaps;
    while (barrier[below + 1] < wanted) ++below;
    const double part = (wanted - barrier[below]) / (barrier[below + 1] - barrier[below]);
    even[rung] = betas[below] + part * (betas[below + 1] - betas[below]);
  }
  return even;
}

LadderTuning::LadderTuning(std::vector<double> betas, bool is_adapted)
    : betas_(std::move(betas)),
      is_adapted_(is_adapted),
      sum_(betas_.size() - 1, 0.0),
      tries_(betas_.size() - 1, 0.0) {}

bool LadderTuning::add(Index step, Index warmup, const Column& acceptance) {
  for (std::size_t pair = 0; pair < sum_.size(); ++pair) {
    const double value = acceptance(static_cast<Index>(pair));
    if (std::isnan(value)) continue;
    sum_[pair] += value;
    ++tries_[pair];
  }
  if (step + 1 >= warmup) {
    is_frozen_ = true;
    ++epoch_;
  }
  const bool is_known = std::ranges::all_of(tries_, [](double n) { return n >= kLeastTries; });
  if (!is_adapted_ || is_frozen_ || !is_known || !ends_round(step, warmup)) return false;
  std::vector<double> rejection;
  for (std::size_t pair = 0; pair < sum_.size(); ++pair)
    rejection.push_back(1 - sum_[pair] / tries_[pair]);
  betas_ = even_barrier(betas_, rejection);
  std::ranges::fill(sum_, 0.0);
  std::ranges::fill(tries_, 0.0);
  ++epoch_;
  return true;
}

std::vector<double> LadderTuning::state() const {
  std::vector<double> state{is_frozen_ ? 1.0 : 0.0, static_cast<double>(epoch_)};
  for (const auto* part : {&betas_, &sum_, &tries_})
    state.insert(state.end(), part->begin(), part->end());
  return state;
}

void LadderTuning::set_state(std::span<const double> state) {
  is_frozen_ = state[0] != 0;
  epoch_ = static_cast<Index>(state[1]);
  state = state.subspan(2);
  for (auto* part : {&betas_, &sum_, &tries_}) {
    std::copy_n(state.begin(), part->size(), part->begin());
    state = state.subspan(part->size());
  }
}

}  // namespace nmc
