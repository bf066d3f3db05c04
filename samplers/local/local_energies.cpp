#include "samplers/local/local_energies.hpp"

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "core/roles/all_states.hpp"

namespace nmc {
namespace {

/// κ min(1, e^-x) with κ = min(1, 15/16 + |x|), which both directions share; at least 2^-64: a
/// move that rounding makes impossible could cut the chain in two.
double metropolis_flip(double x) {
  const double kappa = std::min(1.0, MetropolisKappa::tie + std::abs(x));
  return std::max(kappa * std::exp(-std::max(x, 0.0)), 0x1p-64);
}

double heat_bath_flip(double x) {
  return std::clamp(1 / (1 + std::exp(x)), 0x1p-64, 1 - 0x1p-53);
}

}  // namespace

LocalEnergies::LocalEnergies(const SpinEnergies& target, LocalEnergiesOptions options)
    : target_(target), options_(options) {
  require(options.rule == LocalRule::heat_bath || !options.is_sequential,
          "metropolis that visits the sites in a fixed order need not reach all states: leave "
          "order out, or use heat_bath");
}

void LocalEnergies::init(ChainState& state, const Streams& streams, Index chains) const {
  if (!state.spins.empty()) {
    state.x = state.spins.unpack();
    state.spins = Spins();
  }
  if (state.x.cols() == 0) {
    state.x = Batch::Ones(chains, sites());
    if (options_.start == SpinStart::random) {
      Batch u(chains, sites());
      fill_uniform(streams.with(Purpose::init), u);
      state.x = (u < 0.5).select(state.x, -state.x).eval();
    }
  }
  state.grad.resize(0, 0);
  state.log_q.resize(0);
  state.energy = target_.energy(state.x);
  state.log_p = -target_.beta() * state.energy;
}

Column LocalEnergies::flip_probability(const Column& cost) const {
  const bool is_bath = options_.rule == LocalRule::heat_bath;
  return (target_.beta() * cost).unaryExpr([is_bath](double x) {
    return is_bath ? heat_bath_flip(x) : metropolis_flip(x);
  });
}

Index LocalEnergies::site_of(const Batch& order, Index visit) const {
  if (options_.is_sequential) return visit;
  return static_cast<Index>(order(0, visit) * static_cast<double>(sites()));
}

StepInfo LocalEnergies::step(ChainState& state, const Streams& streams) const {
  const Index chains = state.x.rows();
  Batch u(chains, sites()), order(1, sites());
  fill_uniform(streams.with(Purpose::spins), u);
  Streams shared = streams.with(Purpose::order);
  shared.first_chain = 0;
  fill_uniform(shared, order);
  StepInfo info;
  info.acceptance = info.accepted = info.diverging = Column::Zero(chains);
  if (state.energy.size() == 0) state.energy = target_.energy(state.x);
  for (Index visit = 0; visit < sites(); ++visit) {
    const Index site = site_of(order, visit);
    const Column cost = target_.flip_cost(state.x, state.energy, site);
    const Column flip = flip_probability(cost);
    const auto turns = (u.col(visit) < flip).eval();
    const auto broken = (!cost.isFinite()).eval();
    state.x.col(site) = turns.select(-state.x.col(site), state.x.col(site)).eval();
    state.energy += turns.select(cost, 0.0);
    info.acceptance += flip / static_cast<double>(sites());
    info.accepted = turns.select(1.0, info.accepted).eval();
    info.diverging = broken.select(1.0, info.diverging).eval();
  }
  // Sums of differences would drift.
  state.energy = target_.energy(state.x);
  state.log_p = -target_.beta() * state.energy;
  return info;
}

Eigen::MatrixXd LocalEnergies::transitions() const {
  const Batch states = all_states(Support::spin, sites());
  const Column energy = target_.energy(states);
  const Index count = states.rows();
  Eigen::MatrixXd sweep = Eigen::MatrixXd::Identity(count, count);
  Eigen::MatrixXd mean = Eigen::MatrixXd::Zero(count, count);
  for (Index site = 0; site < sites(); ++site) {
    const Column flip = flip_probability(target_.flip_cost(states, energy, site));
    Eigen::MatrixXd visit = Eigen::MatrixXd::Zero(count, count);
    for (Index state = 0; state < count; ++state) {
      visit(state, state) = 1 - flip(state);
      visit(state, state ^ (Index{1} << site)) = flip(state);
    }
    if (options_.is_sequential) sweep = sweep * visit;
    mean += visit / static_cast<double>(sites());
  }
  for (Index visit = 0; visit < sites() && !options_.is_sequential; ++visit) sweep = sweep * mean;
  return sweep;
}

}  // namespace nmc
