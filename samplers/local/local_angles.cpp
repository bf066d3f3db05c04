#include "samplers/local/local_angles.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/errors.hpp"
#include "core/fields/directions.hpp"
#include "samplers/local/angle_sweeps.hpp"
#include "samplers/local/von_mises.hpp"

namespace nmc {
namespace {

using angle_detail::AngleChains;

/// Numbers of the proposals of a step, read from its streams in portions.
class ProposalNumbers {
 public:
  ProposalNumbers(const Streams& streams, Index chains)
      : streams_(streams.with(Purpose::propose)), u_(chains, 2 * sites_per_fill) {}

  /// Of site `site` in a sweep whose first proposal has the number `first`.
  angle_detail::AngleNumbers of(Index first, Index site) {
    const Index at = 2 * (site % sites_per_fill);
    if (at == 0) fill_uniform(streams_, u_, 2 * (first + site));
    return {u_.data() + at * u_.rows(), u_.data() + (at + 1) * u_.rows()};
  }

 private:
  static constexpr Index sites_per_fill = 16;
  Streams streams_;
  Batch u_;
};

}  // namespace

Batch starting_angles(AngleStart start, const Streams& streams, StartShape shape) {
  return start == AngleStart::up ? Batch(Batch::Zero(shape.chains, shape.sites))
                                 : uniform_angles(streams, shape.chains, shape.sites);
}

LocalAngles::LocalAngles(const CoupledAngles& target, const LocalAnglesOptions& options)
    : target_(target),
      options_(options),
      width_(options.width, options.target_acceptance, "local updates of angles") {
  require(options.sweeps >= 1, "angles are swept at least once per step");
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
  ProposalNumbers proposals(streams, chains);
  for (Index sweep = 0; sweep < options_.sweeps; ++sweep) {
    const Index first = sweep * sites();
    if (options_.rule == AngleRule::metropolis)
      info.acceptance += angle_detail::sweep_metropolis(
          of, width(), [&](Index site) { return proposals.of(first, site); });
    else if (options_.rule == AngleRule::heat_bath)
      angle_detail::sweep_heat_bath(of, first, draws);
    else
      angle_detail::sweep_reflections(of);
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
  return std::min(width_.width(), std::numbers::pi);
}

}  // namespace nmc
