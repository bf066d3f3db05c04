#include "samplers/wave/wave_metropolis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "core/errors.hpp"
#include "core/random/xoshiro.hpp"

namespace nmc {
namespace {

constexpr double kTie = 15.0 / 16;

/// Of each chain the sites of its smallest numbers are up, `up` of them.
void raise_smallest(Index up, const Batch& numbers, Batch& s) {
  std::vector<Index> order(static_cast<std::size_t>(s.cols()));
  s.setConstant(-1);
  for (Index c = 0; c < s.rows(); ++c) {
    std::iota(order.begin(), order.end(), Index{0});
    std::ranges::sort(order, {}, [&](Index i) { return numbers(c, i); });
    for (Index k = 0; k < up; ++k) s(c, order[static_cast<std::size_t>(k)]) = 1;
  }
}

/// Two sites, i < j, all pairs alike.
std::array<Index, 2> draw_pair(Xoshiro& random, Index sites) {
  const auto i = static_cast<Index>(random.below(static_cast<std::uint64_t>(sites)));
  auto j = static_cast<Index>(random.below(static_cast<std::uint64_t>(sites - 1)));
  if (j >= i) ++j;
  return {std::min(i, j), std::max(i, j)};
}

Column taken_where(const Column& u, const Column& acceptance) {
  return (u < acceptance).cast<double>();
}

}  // namespace

Column flip_acceptance(const Column& p) {
  const Column least = p.min(1 / p);
  return (kTie + 1 - least).min(1.0) * p.min(1.0);
}

Column inversion_acceptance(const Column& p) {
  return p / (1 + p);
}

WaveMetropolis::WaveMetropolis(const WaveFunction& psi, const WaveMoves& moves)
    : psi_(psi), moves_(moves) {
  if (!moves.exchanges) return;
  const Index n = psi.sites(), m = moves.magnetisation;
  require(n >= 2, "two spins or more are needed to exchange some");
  require((n + m) % 2 == 0,
          fmt::format("{} spins have no configuration of magnetisation {}: their sum is {}", n, m,
                      n % 2 == 0 ? "even" : "odd"));
  require(m < n && -m < n,
          fmt::format("{} spins of magnetisation {} have nothing to exchange: their sum lies "
                      "between {} and {}",
                      n, m, 2 - n, n - 2));
  require(!moves.inverts || m == 0,
          fmt::format("to turn over all spins changes a magnetisation of {}", m));
}

void WaveMetropolis::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() == 0) {
    Batch u(chains, sites());
    fill_uniform(streams.with(Purpose::init), u);
    state.x = Batch(chains, sites());
    if (moves_.exchanges)
      raise_smallest((sites() + moves_.magnetisation) / 2, u, state.x);
    else
      state.x = (u < 0.5).select(Batch::Ones(chains, sites()), -1.0);
  }
  state.log_p = 2 * psi_.log_psi(state.x).log_abs;
}

// The acceptance over its attempts.
Column WaveMetropolis::sweep(Batch& x, const Streams& streams) const {
  const Index n = sites(), rows = x.rows();
  const auto chains = psi_.chains(x);
  Batch u(rows, n + 1);
  fill_uniform(streams.with(Purpose::accept), u);
  Xoshiro pairs({streams.seed, streams.step, 0, Purpose::order}, 0);
  Column sum = Column::Zero(rows);
  for (Index k = 0; k < n; ++k) {
    const std::array<Index, 2> pair = moves_.exchanges ? draw_pair(pairs, n) : std::array{k, k};
    const std::span<const Index> flips(pair.data(), moves_.exchanges ? 2 : 1);
    Column acceptance = flip_acceptance(chains->ratios(flips).squares());
    if (moves_.exchanges)
      acceptance *= (chains->spins(pair[0]) != chains->spins(pair[1])).cast<double>();
    chains->flip(flips, taken_where(u.col(k), acceptance));
    sum += acceptance;
  }
  if (moves_.inverts)
    chains->invert(
        taken_where(u.col(n), inversion_acceptance(chains->inversion_ratios().squares())));
  x = chains->configurations();
  return sum / static_cast<double>(n);
}

StepInfo WaveMetropolis::step(ChainState& state, const Streams& streams) const {
  return steps(state, streams, 1);
}

StepInfo WaveMetropolis::steps(ChainState& state, const Streams& streams, Index count) const {
  const Index rows = state.x.rows();
  StepInfo info = StepInfo::always(rows);
  info.accepted = Column::Zero(rows);
  const Batch before = state.x;
  for (Index k = 0; k < count; ++k)
    info.acceptance = sweep(state.x, streams.at_step(streams.step + static_cast<std::uint64_t>(k)));
  info.accepted = (state.x != before).rowwise().any().cast<double>();
  info.diverging = Column::Zero(rows);
  state.log_p = 2 * psi_.log_psi(state.x).log_abs;
  return info;
}

SamplerTraits WaveMetropolis::traits() const {
  // A draw measures the local energy, which costs as much as a sweep.
  constexpr Index kSweeps = 4, kChunk = 32;
  SamplerTraits traits;
  traits.has_fast_steps = true;
  traits.steps_per_draw = kSweeps;
  traits.preferred_chunk = kChunk;
  return traits;
}

}  // namespace nmc
