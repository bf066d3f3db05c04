#include "models/wave/ground_state_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <utility>

#include "core/errors.hpp"
#include "core/roles/local_energy.hpp"
#include "core/statistics/estimate.hpp"
#include "core/statistics/gamma_method.hpp"

namespace nmc {
namespace {

/// Steps of the sampler before the first sample of all.
constexpr Index kFirstSettle = 100;

AdamState adam_state(const std::vector<double>& numbers) {
  AdamState state;
  const auto half = static_cast<std::ptrdiff_t>(numbers.size() / 2);
  state.steps = numbers.empty() ? 0 : static_cast<Index>(numbers.back());
  if (numbers.empty()) return state;
  state.m.assign(numbers.begin(), numbers.begin() + half);
  state.v.assign(numbers.begin() + half, numbers.end() - 1);
  return state;
}

/// Of the energies of all rounds, chain after chain within a round. Samples of a chain depend on
/// each other: the error comes from the means of chains, or, of few of them, from the Γ method.
double error_of_mean(const Column& energies, Index chains, double variance) {
  constexpr Index kEnough = 16, kLeastRounds = 4;
  const Index rounds = energies.size() / chains;
  const Eigen::Map<const Batch> by_chain(energies.data(), chains, rounds);
  if (chains >= kEnough) return statistics::mean_of(by_chain.rowwise().mean()).error;
  const double independent = std::sqrt(variance / static_cast<double>(energies.size()));
  if (rounds < kLeastRounds) return independent;
  const double error = statistics::gamma_method(by_chain.transpose()).error;
  return std::isfinite(error) ? error : independent;  // all energies the same
}

std::vector<double> numbers_of(const AdamState& state) {
  std::vector<double> numbers = state.m;
  numbers.insert(numbers.end(), state.v.begin(), state.v.end());
  numbers.push_back(static_cast<double>(state.steps));
  return numbers;
}

}  // namespace

GroundStateSearch::GroundStateSearch(const Setting& setting, const SearchOptions& options)
    : setting_(setting),
      options_(options),
      local_(setting.workers.ranks->share(options.chains)),
      held_(most_held(options, setting.psi)),
      scores_(setting.psi, *setting.workers.threads),
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

double GroundStateSearch::bytes(const SearchOptions& options, const WaveFunction& psi, Index held) {
  const Index samples = rounds_of(options) * options.chains, parts = psi.is_real() ? 1 : 2;
  const auto of_sample =
      static_cast<double>(psi.sites()) + static_cast<double>(sizeof(double)) * 2 * parts;
  const double matrix = options.uses_adam ? 0
                                          : Reconfiguration::matrix_bytes(
                                                options.reconfiguration.form, parts * samples,
                                                std::ssize(psi.parameters()));
  return matrix + of_sample * static_cast<double>(samples) +
         WaveScores::block_bytes(psi, samples) * static_cast<double>(held);
}

Index GroundStateSearch::least_held(const SearchOptions& options, const WaveFunction& psi) {
  const Index blocks = WaveScores::block_count(psi, rounds_of(options) * options.chains);
  const bool needs_pairs =
      !options.uses_adam && options.reconfiguration.form == Reconfigure::samples;
  return std::min<Index>(needs_pairs ? 2 : 1, blocks);
}

Index GroundStateSearch::most_held(const SearchOptions& options, const WaveFunction& psi) {
  const Index samples = rounds_of(options) * options.chains, least = least_held(options, psi);
  require(bytes(options, psi, least) <= options.memory,
          "the matrix of a step and a block of scores do not fit into the memory");
  const double room = options.memory - bytes(options, psi, 0);
  const auto blocks = static_cast<double>(WaveScores::block_count(psi, samples));
  return static_cast<Index>(
      std::min(blocks, std::floor(room / WaveScores::block_bytes(psi, samples))));
}

// The sampler's steps are numbered through; another key keeps them apart from those of the run
// that measures the result.
void GroundStateSearch::draw_chunk(Range chains) {
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
    samples_.acceptance.segment(chains.first, chains.count) = info.acceptance;
  };
  advance(options_.settle);
  for (Index round = 0; round < rounds(); ++round) {
    advance(options_.sweeps);
    const Amplitudes energy = local_energies(setting_.H, *setting_.psi.chains(state.x));
    const Index row = round * local_.count + chains.first;
    samples_.s.middleRows(row, chains.count) = state.x.cast<std::int8_t>();
    samples_.energies.col(0).segment(row, chains.count) = energy.re;
    if (samples_.energies.cols() == 1) continue;
    samples_.energies.col(1).segment(row, chains.count) =
        energy.im.size() == 0 ? Column(Column::Zero(chains.count)) : energy.im;
  }
  x_.middleRows(chains.first, chains.count) = state.x;
}

void GroundStateSearch::draw() {
  const Index rows = local_.count * rounds(), parts = setting_.psi.is_real() ? 1 : 2;
  samples_.s.resize(rows, setting_.psi.sites());
  samples_.energies.resize(rows, parts);
  samples_.acceptance.resize(local_.count);
  if (x_.rows() == 0) {
    Streams streams = Streams{options_.seed}.nested();
    streams.first_chain = static_cast<std::uint32_t>(local_.first);
    ChainState start;
    setting_.sampler.init(start, streams, local_.count);
    x_ = std::move(start.x);
  }
  const Index chunk = setting_.sampler.traits().preferred_chunk;  // numbers do not depend on it
  const Index chunks = (local_.count + chunk - 1) / chunk;
  setting_.workers.threads->for_each(chunks, [&](Index k) {
    draw_chunk({k * chunk, std::min(chunk, local_.count - k * chunk)});
  });
  if (setting_.workers.ranks->size() > 1) gather();
}

// Round by round, so that the rows have the same order on any number of ranks.
void GroundStateSearch::gather() {
  const Ranks& ranks = *setting_.workers.ranks;
  const auto gathered = [&](const Batch& own) {
    const Index blocks = own.rows() / local_.count;
    Batch rows(options_.chains * blocks, own.cols());
    for (Index k = 0; k < blocks; ++k)
      rows.middleRows(k * options_.chains, options_.chains) =
          ranks.gather_rows(own.middleRows(k * local_.count, local_.count));
    return rows;
  };
  samples_.s = gathered(samples_.s.cast<double>()).cast<std::int8_t>();
  samples_.energies = gathered(samples_.energies);
  samples_.acceptance = ranks.gather(samples_.acceptance);
}

/// Of the local energies from their mean, in the order of the rows of scores.
Eigen::VectorXd GroundStateSearch::deviations() const {
  const Batch& energies = samples_.energies;
  const Index parts = energies.cols();
  Eigen::VectorXd e(parts * energies.rows());
  for (Index part = 0; part < parts; ++part) {
    const double mean = energies.col(part).mean();
    for (Index k = 0; k < scores_.blocks(); ++k) {
      const Index first = scores_.first_sample(k), count = scores_.first_sample(k + 1) - first;
      e.segment(parts * first + part * count, count) =
          energies.col(part).segment(first, count) - mean;
    }
  }
  return e;
}

void GroundStateSearch::lower(const SearchRecord& record) {
  scores_.begin(std::move(samples_.s), held_);
  const Eigen::VectorXd e = deviations();
  const ScoreRows rows{scores_, e, samples_.energies.rows()};
  const std::span<double> theta = setting_.psi.parameters();
  if (options_.uses_adam) {
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
  draw();
  SearchRecord record;
  record.step = step_;
  const auto e = samples_.energies.col(0);
  record.energy = e.mean();
  record.variance =
      (samples_.energies.rowwise() - samples_.energies.colwise().mean()).square().sum() /
      static_cast<double>(e.size());
  record.error = error_of_mean(e, options_.chains, record.variance);
  record.acceptance = samples_.acceptance.mean();
  record.learning_rate = options_.schedule.at(step_);
  record.shift = options_.shift + (options_.first_shift - options_.shift) *
                                      std::exp(-static_cast<double>(step_) / options_.shift_steps);
  try {
    lower(record);
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
