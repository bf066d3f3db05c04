#include "models/wave/persistent_tomography.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.hpp"

namespace nmc {
namespace {

/// Rows of a task; numbers do not depend on the threads that take them.
constexpr Index kRowsPerTask = 64;
/// Steps of the sampler before the first step.
constexpr Index kFirstSweeps = 50;

Index row_tasks(Index rows) {
  return (rows + kRowsPerTask - 1) / kRowsPerTask;
}

/// Calls use(task, first row, rows) for all of them.
template <class Use>
void over_rows(Index rows, const Threads& threads, const Use& use) {
  threads.for_each(row_tasks(rows), [&](Index task) {
    const Index first = task * kRowsPerTask;
    use(task, first, std::min(kRowsPerTask, rows - first));
  });
}

}  // namespace

Eigen::VectorXd pulled_back_rows(const WaveFunction& psi, const Batch& s,
                                 const StateWeights& weights, const Threads& threads) {
  std::vector<Eigen::VectorXd> parts(static_cast<std::size_t>(row_tasks(s.rows())));
  over_rows(s.rows(), threads, [&](Index task, Index first, Index rows) {
    const Column of_phase =
        weights.of_phase.size() > 0 ? Column(weights.of_phase.segment(first, rows)) : Column();
    parts[static_cast<std::size_t>(task)] =
        psi.chains(s.middleRows(first, rows))
            ->pulled_back(weights.of_abs.segment(first, rows), of_phase);
  });
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(std::ssize(psi.parameters()));
  for (const Eigen::VectorXd& part : parts) sum += part;
  return sum;
}

LogPsi log_psi_rows(const WaveFunction& psi, const Batch& s, const Threads& threads) {
  LogPsi all{Column(s.rows()), Column(s.rows())};
  over_rows(s.rows(), threads, [&](Index, Index first, Index rows) {
    const LogPsi own = psi.log_psi(s.middleRows(first, rows));
    all.log_abs.segment(first, rows) = own.log_abs;
    all.phase.segment(first, rows) = own.phase;
  });
  return all;
}

PersistentTomography::PersistentTomography(const Setting& setting, const Shots& shots,
                                           const PersistentOptions& options)
    : setting_(setting),
      met_(shots),
      options_(options),
      adam_(std::ssize(std::as_const(setting.psi).parameters())) {
  require(setting.psi.sites() == shots.sites() && setting.sampler.sites() == shots.sites(),
          "shots and a wave function of different qubits");
  require(options.chains >= 1 && options.sweeps >= 1, "a tomography needs chains and sweeps");
  check(options.schedule);
}

// The sampler's steps are numbered through.
void PersistentTomography::move() {
  const bool is_first = x_.rows() == 0;
  Batch next(options_.chains, setting_.psi.sites());
  const Index done = steps_done(), count = is_first ? kFirstSweeps : options_.sweeps;
  const auto from = is_first ? 0 : kFirstSweeps + done * options_.sweeps;
  over_rows(options_.chains, setting_.threads, [&](Index, Index first, Index rows) {
    Streams streams = Streams{options_.seed, static_cast<std::uint64_t>(from)}.nested();
    streams.first_chain = static_cast<std::uint32_t>(first);
    ChainState state;
    if (!is_first) state.x = x_.middleRows(first, rows);
    setting_.sampler.init(state, streams, rows);
    (void)setting_.sampler.steps(state, streams, count);
    next.middleRows(first, rows) = state.configurations();
  });
  x_ = std::move(next);
}

void PersistentTomography::step() {
  move();
  const WaveFunction& psi = setting_.psi;
  StateWeights of_shots;
  log_probability_ =
      met_.log_probability(log_psi_rows(psi, met_.spins(), setting_.threads), &of_shots);
  const StateWeights of_chains{Column::Constant(x_.rows(), 2 / static_cast<double>(x_.rows())), {}};
  const Eigen::VectorXd gradient = pulled_back_rows(psi, x_, of_chains, setting_.threads) -
                                   pulled_back_rows(psi, met_.spins(), of_shots, setting_.threads);
  if (!gradient.allFinite() || !std::isfinite(log_probability_))
    throw NumericalError("the gradient of the tomography is not finite at step " +
                         std::to_string(steps_done()) +
                         ": a smaller learning_rate keeps the steps short");
  const std::span<double> theta = setting_.psi.parameters();
  adam_.step(theta, {gradient.data(), theta.size()}, options_.schedule.at(steps_done()));
  setting_.psi.parameters_changed();
}

std::vector<double> PersistentTomography::state() const {
  const std::span<const double> theta = std::as_const(setting_.psi).parameters();
  std::vector<double> numbers{static_cast<double>(steps_done()), static_cast<double>(x_.rows()),
                              log_probability_};
  for (const std::span<const double> more :
       {theta, std::span<const double>(adam_.state().m), std::span<const double>(adam_.state().v),
        std::span<const double>(x_.data(), static_cast<std::size_t>(x_.size()))})
    numbers.insert(numbers.end(), more.begin(), more.end());
  return numbers;
}

void PersistentTomography::set_state(std::span<const double> state) {
  constexpr std::size_t kHead = 3;
  const std::span<double> theta = setting_.psi.parameters();
  AdamState adam = adam_.state();
  const auto size = theta.size();
  const Index chains = state.size() > kHead ? static_cast<Index>(state[1]) : -1;
  require((chains == 0 || chains == options_.chains) &&
              state.size() ==
                  kHead + 3 * size + static_cast<std::size_t>(chains * setting_.psi.sites()),
          "the checkpoint is of another tomography");
  adam.steps = static_cast<Index>(state[0]);
  log_probability_ = state[2];
  std::ranges::copy(state.subspan(kHead, size), theta.begin());
  std::ranges::copy(state.subspan(kHead + size, size), adam.m.begin());
  std::ranges::copy(state.subspan(kHead + 2 * size, size), adam.v.begin());
  adam_.set_state(std::move(adam));
  setting_.psi.parameters_changed();
  x_.resize(chains, setting_.psi.sites());
  std::ranges::copy(state.subspan(kHead + 3 * size), x_.data());
}

}  // namespace nmc
