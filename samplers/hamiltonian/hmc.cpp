#include "samplers/hamiltonian/hmc.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "samplers/accept.hpp"
#include "samplers/hamiltonian/leapfrog.hpp"

namespace nmc {
namespace {

constexpr double divergence_limit = 1000;  // as Stan; exp(-1000) is never accepted
// ln of an acceptance that no chain lives by: one trajectory in 5e8.
constexpr double hopeless_limit = 20;
// Steps shorter than step_size by 2^8 are shorter than any chain has needed.
constexpr Index most_halvings = 8;

bool is_hopeless(double log_ratio) {
  return !(std::isfinite(log_ratio) && log_ratio >= -hopeless_limit);
}

std::vector<Index> marked(const Column& flags) {
  std::vector<Index> rows;
  for (Index row = 0; row < flags.size(); ++row)
    if (flags(row) != 0) rows.push_back(row);
  return rows;
}

/// These rows of x, one below the other.
Batch picked(const Batch& x, const std::vector<Index>& rows) {
  Batch some(std::ssize(rows), x.cols());
  for (std::size_t i = 0; i < rows.size(); ++i) some.row(static_cast<Index>(i)) = x.row(rows[i]);
  return some;
}

void check(const HmcOptions& options) {
  require(options.fourier_torus.empty() || options.mass == MassKind::unit,
          "Fourier acceleration sets the mass; there is none to adapt");
  require(options.fourier_mass > 0, "the mass of Fourier acceleration must be positive");
  require(options.step_size > 0, "the step size of HMC must be positive");
  require(options.n_steps >= 1, "HMC needs at least one leapfrog step per trajectory");
  require(options.length >= 0, "the trajectory length of HMC must not be negative");
  require(options.max_steps >= 1, "the largest number of leapfrog steps must be at least 1");
  require(0 <= options.jitter && options.jitter < 1, "the jitter of HMC must lie in [0, 1)");
  require(0 <= options.target_acceptance && options.target_acceptance < 1,
          "the acceptance that HMC is tuned to must lie in [0, 1)");
  require(options.target_acceptance > 0 || options.mass == MassKind::unit,
          "a mass is estimated while the step size is tuned: set the acceptance to tune to, or "
          "keep the unit mass");
}

}  // namespace

Hmc::Hmc(const Target& target, const HmcOptions& options)
    : target_(target),
      options_(options),
      step_size_(options.step_size),
      averaging_(options.step_size),
      mass_(options.fourier_torus.empty() ? Mass(options.mass, target.sites())
                                          : Mass(options.fourier_torus, options.fourier_mass)),
      estimate_(options.mass, target.sites()) {
  require_real(target, "hmc");
  require(target.is_differentiable(),
          "hmc needs a differentiable density; use sampler random_walk or independence");
  check(options);
}

Index Hmc::n_steps() const {
  if (options_.length <= 0) return options_.n_steps;
  const double wanted = std::round(options_.length / step_size_);
  return static_cast<Index>(std::clamp(wanted, 1.0, static_cast<double>(options_.max_steps)));
}

void Hmc::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() == 0) state.x = normal_start(streams, chains, sites(), options_.start_width);
  state.log_p = target_.log_density_grad(state.x, state.grad);
}

Hmc::Proposal Hmc::propose(const ChainState& state, Batch xi, const Column& step_size) const {
  const Column kinetic = 0.5 * sum_sites(xi.square());
  ChainState end{state.x, state.log_p, state.grad, {}};
  leapfrog(target_, mass_, {step_size, n_steps()}, end, xi);
  const Column log_ratio = (end.log_p - state.log_p) + (kinetic - 0.5 * sum_sites(xi.square()));
  return {std::move(end), log_ratio};
}

StepInfo Hmc::step(ChainState& state, const Streams& streams) const {
  const Index chains = state.x.rows();
  Batch xi(chains, sites());
  fill_normal(streams.with(Purpose::momentum), xi);
  Column step_size = Column::Constant(chains, step_size_);
  if (options_.jitter > 0) {
    const Column u = uniform_column(streams.with(Purpose::jitter), chains);
    step_size *= 1 + options_.jitter * (2 * u - 1);
  }
  const auto [proposal, log_ratio] = propose(state, std::move(xi), step_size);
  const Verdict verdict = metropolis(log_ratio, streams);
  take_rows(verdict.accepted, proposal, state);
  StepInfo info;
  info.acceptance = verdict.probability;
  info.accepted = verdict.accepted;
  info.diverging = log_ratio.unaryExpr([](double r) {  // NaN and -inf too
    return std::isfinite(r) && r >= -divergence_limit ? 0.0 : 1.0;
  });
  info.step_size = step_size_;
  info.n_steps = n_steps();
  if (is_settling_)
    settle(state, streams,
           log_ratio.unaryExpr([](double r) { return is_hopeless(r) ? 1.0 : 0.0; }));
  return info;
}

void Hmc::settle(ChainState& state, const Streams& streams, Column hopeless) const {
  for (Index halving = 1; halving <= most_halvings && (hopeless != 0).any(); ++halving)
    retry(state, streams, halving, hopeless);
}

void Hmc::retry(ChainState& state, const Streams& streams, Index halving, Column& hopeless) const {
  const Index chains = state.x.rows();
  const std::vector<Index> rows = marked(hopeless);
  Batch xi(chains, sites());  // the momenta of the step
  fill_normal(streams.with(Purpose::momentum), xi);
  ChainState here{picked(state.x, rows), Column(std::ssize(rows)), picked(state.grad, rows), {}};
  for (Index i = 0; i < std::ssize(rows); ++i)
    here.log_p(i) = state.log_p(rows[static_cast<std::size_t>(i)]);
  const double step = std::ldexp(step_size_, -static_cast<int>(halving));
  const Proposal end = propose(here, picked(xi, rows), Column::Constant(std::ssize(rows), step));
  Column log_ratio = Column::Constant(chains, -std::numeric_limits<double>::infinity());
  for (Index i = 0; i < std::ssize(rows); ++i)
    log_ratio(rows[static_cast<std::size_t>(i)]) = end.log_ratio(i);
  const Column accepted = metropolis(log_ratio, streams, halving).accepted;
  for (Index i = 0; i < std::ssize(rows); ++i) {
    const Index row = rows[static_cast<std::size_t>(i)];
    if (!is_hopeless(log_ratio(row))) hopeless(row) = 0;
    if (accepted(row) == 0) continue;
    state.x.row(row) = end.state.x.row(i);
    state.log_p(row) = end.state.log_p(i);
    state.grad.row(row) = end.state.grad.row(i);
  }
}

bool Hmc::wants_configurations(Index step, Index warmup) const {
  return options_.mass != MassKind::unit && WarmupWindows::of(warmup).contains(step);
}

void Hmc::adapt(const WarmupStep& pooled) {
  is_settling_ = pooled.step + 1 < pooled.warmup;
  averaging_.update(pooled.acceptance(0), options_.target_acceptance);
  step_size_ = averaging_.step();
  if (wants_configurations(pooled.step, pooled.warmup)) {
    estimate_.add(pooled.x);
    if (WarmupWindows::of(pooled.warmup).ends_at(pooled.step) && estimate_.count() > 1) {
      mass_.set_covariance(estimate_.covariance());
      estimate_.clear();
      averaging_.restart(step_size_);
    }
  }
  if (pooled.step + 1 == pooled.warmup) step_size_ = averaging_.averaged_step();
}

std::vector<double> Hmc::tuning() const {
  std::vector<double> all{step_size_, is_settling_ ? 1.0 : 0.0};
  for (const std::vector<double>& part : {averaging_.state(), mass_.state(), estimate_.state()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

void Hmc::set_tuning(std::span<const double> tuning) {
  const std::size_t averaging = 2, mass = averaging + DualAveraging::state_size;
  const std::size_t estimate = mass + mass_.state_size();
  require(tuning.size() == estimate + estimate_.state_size(),
          "the stored tuning belongs to another HMC: its mass or number of sites differ");
  step_size_ = tuning[0];
  is_settling_ = tuning[1] != 0;
  averaging_.set_state(tuning.subspan(averaging, DualAveraging::state_size));
  mass_.set_state(tuning.subspan(mass, mass_.state_size()));
  estimate_.set_state(tuning.subspan(estimate));
}

}  // namespace nmc
