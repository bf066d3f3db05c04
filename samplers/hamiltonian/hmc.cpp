#include "samplers/hamiltonian/hmc.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "samplers/continuous.hpp"
#include "samplers/hamiltonian/leapfrog.hpp"

namespace nmc {
namespace {

constexpr double divergence_limit = 1000;  // as Stan; exp(-1000) is never accepted
// ln of an acceptance that no chain lives by: one trajectory in 5e8.
constexpr double hopeless_limit = 20;
// Steps shorter than step_size by 2^8 are shorter than any chain has needed.
constexpr Index most_halvings = 8;

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

Mass first_mass(const HmcOptions& options, Index sites) {
  if (options.fourier_torus.empty()) return {options.mass, sites};
  return {options.fourier_torus, options.fourier_mass};
}

}  // namespace

HmcTrajectory::HmcTrajectory(const Target& target, const HmcOptions& options)
    : target_(target),
      options_(options),
      tuning_({options.step_size, options.target_acceptance, options.mass},
              first_mass(options, target.sites()), target.sites()) {
  require_continuous(target, "hmc");
  require(
      target.support() == Support::real ||
          (options.mass == MassKind::unit && options.fourier_torus.empty()),
      "the mass of HMC is estimated from variances, which angles do not have: keep the unit mass");
  require(target.is_differentiable(),
          "hmc needs a differentiable density; use sampler random_walk or independence");
  check(options);
}

double HmcTrajectory::step_size() const {
  return std::min(tuning_.step_size(), longest_step(support()));
}

Index HmcTrajectory::n_steps() const {
  if (options_.length <= 0) return options_.n_steps;
  const double wanted = std::round(options_.length / step_size());
  return static_cast<Index>(std::clamp(wanted, 1.0, static_cast<double>(options_.max_steps)));
}

ProposalTraits HmcTrajectory::traits() const {
  ProposalTraits traits;
  traits.preferred_chunk = target_.preferred_chunk();
  traits.step_size = step_size();
  traits.n_steps = n_steps();
  traits.divergence = -divergence_limit;
  if (tuning_.is_settling()) traits.retries = this;
  return traits;
}

void HmcTrajectory::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() == 0)
    state.x = continuous_start(support(), streams, {chains, sites()}, options_.start_width);
  state.log_p = target_.log_density_grad(state.x, state.grad);
}

Proposed HmcTrajectory::travel(const ChainState& state, Batch xi, const Column& step_size) const {
  const Column kinetic = 0.5 * sum_sites(xi.square());
  ChainState end;
  end.x = state.x;
  end.log_p = state.log_p;
  end.grad = state.grad;
  leapfrog(target_, mass(), {step_size, n_steps()}, end, xi);
  bring_back(support(), end.x);
  return {std::move(end), kinetic - 0.5 * sum_sites(xi.square())};
}

Proposed HmcTrajectory::propose(const ChainState& state, const Streams& streams,
                                Index /*attempt*/) const {
  const Index chains = state.x.rows();
  Column step = Column::Constant(chains, step_size());
  if (options_.jitter > 0) {
    const Column u = uniform_column(streams.with(Purpose::jitter), chains);
    step *= 1 + options_.jitter * (2 * u - 1);
  }
  return travel(state, momenta(streams, chains), step);
}

Index HmcTrajectory::most() const {
  return most_halvings;
}

double HmcTrajectory::hopeless() const {
  return -hopeless_limit;
}

Batch HmcTrajectory::momenta(const Streams& streams, Index chains) const {
  Batch xi(chains, sites());
  fill_normal(streams.with(Purpose::momentum), xi);
  return xi;
}

Proposed HmcTrajectory::retry(const ChainState& some, const Streams& streams,
                              const Which& which) const {
  const Batch all = momenta(streams, which.chains);  // those of the step
  Batch xi(some.x.rows(), sites());
  for (Index i = 0; i < xi.rows(); ++i)
    xi.row(i) = all.row(which.rows[static_cast<std::size_t>(i)]);
  const double step = std::ldexp(step_size(), -static_cast<int>(which.time));
  return travel(some, std::move(xi), Column::Constant(some.x.rows(), step));
}

MetropolisHastings hmc_sampler(const Target& target, const HmcOptions& options) {
  return {target, std::make_unique<HmcTrajectory>(target, options)};
}

}  // namespace nmc
