#include "models/wave/ground_state_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <utility>

#include "core/errors.hpp"
#include "core/roles/local_energy.hpp"

namespace nmc {
namespace {

/// Steps of the sampler before the first sample of all.
constexpr Index kFirstSettle = 100;
/// Chains of a task; numbers do not depend on it.
constexpr Index kChunk = 32;

AdamState adam_state(const std::vector<double>& numbers) {
  AdamState state;
  const auto half = static_cast<std::ptrdiff_t>(numbers.size() / 2);
  state.steps = numbers.empty() ? 0 : static_cast<Index>(numbers.back());
  if (numbers.empty()) return state;
  state.m.assign(numbers.begin(), numbers.begin() + half);
  state.v.assign(numbers.begin() + half, numbers.end() - 1);
  return state;
}

std::vector<double> numbers_of(const AdamState& state) {
  std::vector<double> numbers = state.m;
  numbers.insert(numbers.end(), state.v.begin(), state.v.end());
  numbers.push_back(static_cast<double>(state.steps));
  return numbers;
}

}  // namespace

/// Of the chains of this rank, then of all; rows: those of a chain one after the other.
struct GroundStateSearch::Samples {
  Batch of_abs, of_phase;  ///< scores; of_phase (0, 0) of a positive ψ
  Batch energies;          ///< (rows, 1 or 2)
  Column acceptance;       ///< (chains)
};

GroundStateSearch::GroundStateSearch(const Setting& setting, const SearchOptions& options)
    : setting_(setting),
      options_(options),
      local_(setting.workers.ranks->share(options.chains)),
      adam_(std::ssize(std::as_const(setting.psi).parameters())),
      reconfiguration_(std::ssize(std::as_const(setting.psi).parameters()),
                       options.reconfiguration) {
  require(
      setting.H.sites() == setting.psi.sites() && setting.sampler.sites() == setting.psi.sites(),
      fmt::format("the operator has {} sites and the wave function {}: they are of different "
                  "systems",
                  setting.H.sites(), setting.psi.sites()));
  require(options.chains >= 1 && options.samples >= 2 && options.steps >= 1 && options.sweeps >= 1,
          "a search needs steps, sweeps, chains and two samples or more");
  check(options.schedule);
}

// The sampler's steps are numbered through; another key keeps them apart from those of the run
// that measures the result.
void GroundStateSearch::draw_chunk(Range chains, Samples& samples) {
  const Index per_step = options_.settle + rounds() * options_.sweeps;
  Streams streams{options_.seed, static_cast<std::uint64_t>(kFirstSettle + step_ * per_step)};
  streams = streams.nested();
  streams.first_chain = static_cast<std::uint32_t>(local_.first + chains.first);
  ChainState state;
  state.x = x_.middleRows(chains.first, chains.count);
  setting_.sampler.init(state, streams.at_step(0), chains.count);
  if (step_ == 0) (void)setting_.sampler.steps(state, streams.at_step(0), kFirstSettle);
  const auto advance = [&](Index count) {
    const StepInfo info = setting_.sampler.steps(state, streams, count);
    streams.step += static_cast<std::uint64_t>(count);
    samples.acceptance.segment(chains.first, chains.count) = info.acceptance;
  };
  advance(options_.settle);
  Batch of_abs, of_phase;
  for (Index round = 0; round < rounds(); ++round) {
    advance(options_.sweeps);
    const auto walk = setting_.psi.chains(state.x);
    const Amplitudes energy = local_energies(setting_.H, *walk);
    walk->scores(of_abs, of_phase);
    for (Index c = 0; c < chains.count; ++c) {
      const Index row = (chains.first + c) * rounds() + round;
      samples.of_abs.row(row) = of_abs.row(c);
      samples.energies(row, 0) = energy.re(c);
      if (samples.of_phase.size() == 0) continue;
      samples.of_phase.row(row) = of_phase.row(c);
      samples.energies(row, 1) = energy.im.size() == 0 ? 0 : energy.im(c);
    }
  }
  x_.middleRows(chains.first, chains.count) = state.x;
}

GroundStateSearch::Samples GroundStateSearch::draw() {
  const Index rows = local_.count * rounds();
  const auto parameters = std::ssize(std::as_const(setting_.psi).parameters());
  const bool is_positive = setting_.psi.is_positive();
  Samples samples{Batch(rows, parameters), is_positive ? Batch() : Batch(rows, parameters),
                  Batch(rows, is_positive ? 1 : 2), Column(local_.count)};
  if (x_.rows() == 0) {
    Streams streams = Streams{options_.seed}.nested();
    streams.first_chain = static_cast<std::uint32_t>(local_.first);
    ChainState start;
    setting_.sampler.init(start, streams, local_.count);
    x_ = std::move(start.x);
  }
  const Index chunks = (local_.count + kChunk - 1) / kChunk;
  setting_.workers.threads->for_each(chunks, [&](Index k) {
    draw_chunk({k * kChunk, std::min(kChunk, local_.count - k * kChunk)}, samples);
  });
  const Ranks& ranks = *setting_.workers.ranks;
  if (ranks.size() == 1) return samples;
  Samples all;
  all.of_abs = ranks.gather_rows(samples.of_abs);
  if (!is_positive) all.of_phase = ranks.gather_rows(samples.of_phase);
  all.energies = ranks.gather_rows(samples.energies);
  all.acceptance = ranks.gather(samples.acceptance);
  return all;
}

namespace {

ScoreRows score_rows(const Batch& of_abs, const Batch& of_phase, const Batch& energies) {
  const Index n = of_abs.rows(), parts = energies.cols();
  ScoreRows rows{Eigen::MatrixXd(parts * n, of_abs.cols()), Eigen::VectorXd(parts * n), n};
  rows.O.topRows(n) = of_abs.matrix().rowwise() - of_abs.colwise().mean().matrix();
  rows.e.head(n) = energies.col(0).matrix().array() - energies.col(0).mean();
  if (parts == 1) return rows;
  rows.O.bottomRows(n) = of_phase.matrix().rowwise() - of_phase.colwise().mean().matrix();
  rows.e.tail(n) = energies.col(1).matrix().array() - energies.col(1).mean();
  return rows;
}

}  // namespace

void GroundStateSearch::lower(const Samples& samples, const SearchRecord& record) {
  const ScoreRows rows = score_rows(samples.of_abs, samples.of_phase, samples.energies);
  const std::span<double> theta = setting_.psi.parameters();
  if (options_.uses_adam) {
    if (!rows.O.allFinite() || !rows.e.allFinite())
      throw NumericalError("a local energy or a score of the wave function is not finite");
    const Eigen::VectorXd gradient = 2 * energy_gradient(rows);
    adam_.step(theta, {gradient.data(), theta.size()}, record.learning_rate);
  } else {
    const Eigen::VectorXd& down = reconfiguration_.direction(rows, record.shift);
    for (std::size_t k = 0; k < theta.size(); ++k)
      theta[k] -= record.learning_rate * down(static_cast<Index>(k));
  }
  setting_.psi.parameters_changed();
}

SearchRecord GroundStateSearch::step() {
  const std::clock_t began = std::clock();
  const Samples samples = draw();
  SearchRecord record;
  record.step = step_;
  const auto e = samples.energies.col(0);
  record.energy = e.mean();
  record.variance =
      (samples.energies.rowwise() - samples.energies.colwise().mean()).square().sum() /
      static_cast<double>(e.size());
  record.error = std::sqrt(record.variance / static_cast<double>(e.size()));
  record.acceptance = samples.acceptance.mean();
  record.learning_rate = options_.schedule.at(step_);
  record.shift = options_.shift + (options_.first_shift - options_.shift) *
                                      std::exp(-static_cast<double>(step_) / options_.shift_steps);
  try {
    lower(samples, record);
  } catch (const NumericalError& error) {
    throw NumericalError(
        fmt::format("step {}: {}; a larger shift, a smaller learning_rate or more "
                    "samples keep the steps short",
                    step_, error.what()));
  }
  ++step_;
  record.cpu_seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  return record;
}

GroundStateSearch::State GroundStateSearch::state() const {
  const std::span<const double> theta = std::as_const(setting_.psi).parameters();
  return {step_,
          {theta.begin(), theta.end()},
          options_.uses_adam ? numbers_of(adam_.state()) : reconfiguration_.state(),
          setting_.workers.ranks->gather_rows(x_)};
}

void GroundStateSearch::set_state(const State& state) {
  const std::span<double> theta = setting_.psi.parameters();
  require(state.parameters.size() == theta.size(), "the state of another wave function");
  require(state.x.rows() == options_.chains && state.x.cols() == setting_.psi.sites(),
          "the chains of another search");
  step_ = state.step;
  std::ranges::copy(state.parameters, theta.begin());
  setting_.psi.parameters_changed();
  if (options_.uses_adam)
    adam_.set_state(adam_state(state.update));
  else
    reconfiguration_.set_state(state.update);
  x_ = state.x.middleRows(local_.first, local_.count);
}

}  // namespace nmc
