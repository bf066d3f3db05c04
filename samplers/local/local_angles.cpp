#include "samplers/local/local_angles.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/errors.hpp"
#include "core/fields/directions.hpp"
#include "samplers/local/angle_kernel.hpp"
#include "samplers/local/von_mises.hpp"

namespace nmc {
namespace {

using angle_detail::AngleChains;

constexpr Index sites_per_fill = 16;

/// Proposals of all sites, `first` the number of the sweep's first; returns the sum of their
/// probabilities, (chains).
Column sweep_metropolis(const AngleChains& of, double width, const Streams& streams, Index first) {
  Column probability = Column::Zero(of.chains);
  Batch u(of.chains, 2 * sites_per_fill);
  for (Index site = 0; site < of.couplings->sites; ++site) {
    const Index at = 2 * (site % sites_per_fill);
    if (at == 0) fill_uniform(streams.with(Purpose::propose), u, 2 * (first + site));
    angle_detail::propose(
        of, site,
        {width, u.data() + at * of.chains, u.data() + (at + 1) * of.chains, probability.data()});
  }
  return probability;
}

void sweep_heat_bath(const AngleChains& of, Index first, VonMisesDraws& draws) {
  Column a(of.chains), b(of.chains);
  for (Index site = 0; site < of.couplings->sites; ++site) {
    const angle_detail::AngleFields fields{a.data(), b.data()};
    angle_detail::local_fields(of, site, fields);
    Column kappa(of.chains);
    for (Index c = 0; c < of.chains; ++c) kappa(c) = of.beta * std::hypot(a(c), b(c));
    draws.draw(first + site, kappa);
    angle_detail::turn(
        of, site, fields,
        {of.chains, kappa.data(), nullptr, nullptr, draws.delta.data(), draws.is_taken.data()});
  }
}

}  // namespace

Batch starting_angles(AngleStart start, const Streams& streams, StartShape shape) {
  return start == AngleStart::up ? Batch(Batch::Zero(shape.chains, shape.sites))
                                 : uniform_angles(streams, shape.chains, shape.sites);
}

LocalAngles::LocalAngles(const CoupledAngles& target, const LocalAnglesOptions& options)
    : target_(target), options_(options), width_(options.width), averaging_(options.width) {
  require(options.width > 0, "the width of metropolis must be positive");
  require(options.sweeps >= 1, "angles are swept at least once per step");
  require(0 <= options.target_acceptance && options.target_acceptance < 1,
          "the acceptance that metropolis is tuned to must lie in [0, 1)");
}

void LocalAngles::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() == 0) state.x = starting_angles(options_.start, streams, {chains, sites()});
  state.log_p = target_.log_density(state.x);
}

StepInfo LocalAngles::step(ChainState& state, const Streams& streams) const {
  const Index chains = state.x.rows();
  Directions directions(state.x);
  const AngleChains of{&target_.couplings(),     chains,
                       target_.beta(),           state.x.data(),
                       directions.cosine.data(), directions.sine.data()};
  StepInfo info;
  info.acceptance = Column::Zero(chains);
  VonMisesDraws draws(streams, chains, options_.sweeps * sites());
  for (Index sweep = 0; sweep < options_.sweeps; ++sweep) {
    const Index first = sweep * sites();
    if (options_.rule == AngleRule::metropolis)
      info.acceptance += sweep_metropolis(of, width(), streams, first);
    else if (options_.rule == AngleRule::heat_bath)
      sweep_heat_bath(of, first, draws);
    else
      for (Index site = 0; site < sites(); ++site) angle_detail::reflect(of, site);
  }
  const bool decides = options_.rule == AngleRule::metropolis;
  info.acceptance = decides
                        ? Column(info.acceptance / static_cast<double>(options_.sweeps * sites()))
                        : Column::Ones(chains);
  info.accepted = Column::Ones(chains);
  info.diverging = Column::Zero(chains);
  info.step_size = decides ? width() : 0;
  state.log_p = target_.log_density(state.x);
  state.grad.resize(0, 0);
  return info;
}

double LocalAngles::width() const {
  return std::min(width_, std::numbers::pi);
}

void LocalAngles::adapt(const WarmupStep& pooled) {
  averaging_.update(pooled.acceptance(0), options_.target_acceptance);
  const bool is_last = pooled.step + 1 == pooled.warmup;
  width_ = is_last ? averaging_.averaged_step() : averaging_.step();
}

std::vector<double> LocalAngles::numbers() const {
  std::vector<double> all = averaging_.state();
  all.push_back(width_);
  return all;
}

void LocalAngles::set_numbers(std::span<const double> numbers) {
  require(numbers.size() == DualAveraging::state_size + 1,
          "the stored tuning does not belong to local updates of angles");
  averaging_.set_state(numbers.first(DualAveraging::state_size));
  width_ = numbers.back();
}

}  // namespace nmc
