#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>
#include <numbers>
#include <utility>

#include "core/fields/directions.hpp"
#include "samplers/cluster/angle_cluster_walk.hpp"
#include "samplers/hamiltonian/leapfrog.hpp"
#include "tests/contracts/all_outcomes.hpp"
#include "tests/contracts/angle_quadrature.hpp"

namespace nmc::test {
namespace {

/// A proposal with its normals told, for the rule of MetropolisHastings.
class ToldProposal final : public Proposal {
 public:
  using Propose = std::function<Proposed(const ChainState&)>;
  ToldProposal(const Proposal& inner, Propose propose)
      : inner_(inner), propose_(std::move(propose)) {}
  [[nodiscard]] Index sites() const override { return inner_.sites(); }
  [[nodiscard]] Support support() const override { return inner_.support(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override {
    inner_.init(state, streams, chains);
  }
  [[nodiscard]] Proposed propose(const ChainState& state, const Streams&, Index) const override {
    return propose_(state);
  }

 private:
  const Proposal& inner_;
  Propose propose_;
};

ChainState started(const Target& target, const Proposal& proposal, const Batch& theta) {
  ChainState state;
  state.x = theta;
  proposal.init(state, {}, theta.rows());
  if (state.log_p.size() == 0) state.log_p = target.log_density(theta);
  return state;
}

/// Through MetropolisHastings itself; whether it took each move is its own business.
Column taken_with(const Target& target, const Proposal& proposal, ChainState state,
                  ToldProposal::Propose propose) {
  const MetropolisHastings rule(target,
                                std::make_unique<ToldProposal>(proposal, std::move(propose)));
  return rule.step(state, {}).acceptance;
}

/// The distance on the circle.
double far(const Batch& a, const Batch& b) {
  return (2 * (0.5 * (a - b)).sin()).abs().maxCoeff();
}

Column log_weight_of(const Target& target, const Batch& theta, const Batch& xi) {
  return target.log_density(theta) - 0.5 * sum_sites(xi.square());
}

/// f = 1, e^{iθ_1}, e^{iθ_n}, e^{i(θ_1 − θ_n)}, e^{2iθ_1}, each times a weight.
Eigen::Array<std::complex<double>, 5, 1> phase_moments(const Column& weight, const Batch& theta) {
  const Column first = theta.col(0), last = theta.col(theta.cols() - 1);
  const auto mode = [&](const Column& angle) {
    return std::complex<double>((weight * angle.cos()).sum(), (weight * angle.sin()).sum());
  };
  return {weight.sum(), mode(first), mode(last), mode(first - last), mode(2 * first)};
}

}  // namespace

PhaseKernel hmc_phase_kernel(const Target& target, const HmcOptions& options) {
  return [&target, options](const Batch& theta, const Batch& xi) {
    const HmcTrajectory hmc(target, options);
    const ChainState from = started(target, hmc, theta);
    const Column step = Column::Constant(theta.rows(), hmc.step_size());
    const auto travel = [&](const ChainState& state) { return hmc.travel(state, xi, step); };
    PhaseMove move{travel(from).next.x, xi, taken_with(target, hmc, from, travel)};
    ChainState end = from;  // the momenta at the end, which travel() keeps to itself
    leapfrog(target, hmc.mass(), {step, hmc.n_steps()}, end, move.xi);
    move.xi = -move.xi;
    return move;
  };
}

PhaseKernel walk_phase_kernel(const Target& target, const RandomWalkOptions& options) {
  return [&target, options](const Batch& theta, const Batch& xi) {
    const RandomWalk walk(target, options);
    const ChainState from = started(target, walk, theta);
    const auto go = [&](const ChainState& state) { return walk.walk(state, xi); };
    return PhaseMove{go(from).next.x, -xi, taken_with(target, walk, from, go)};
  };
}

double flow_defect(const Target& target, const PhaseKernel& kernel) {
  constexpr Index rows = 4000;
  const Batch theta = uniform_angles({41, 0, 0, Purpose::test}, rows, target.sites());
  Batch xi(rows, target.sites());
  fill_normal({42, 0, 0, Purpose::test}, xi);
  const PhaseMove there = kernel(theta, xi), back = kernel(there.theta, there.xi);
  const double way = std::max(far(back.theta, theta), (back.xi - xi).abs().maxCoeff());
  const Column flow = log_weight_of(target, theta, xi) + there.probability.log();
  const Column returned = log_weight_of(target, there.theta, there.xi) + back.probability.log();
  return std::max(way, (flow - returned).abs().maxCoeff());
}

double phase_volume_defect(const Target& target, const PhaseKernel& kernel) {
  const bool is_one = target.sites() == 1;
  const Index angles = is_one ? 128 : 40, normals = is_one ? 171 : 49;
  const double spacing = is_one ? 0.1 : 0.35;
  const Column circle =
      Column::LinSpaced(angles + 1, -std::numbers::pi, std::numbers::pi).tail(angles);
  const Column line = spacing * (Column::LinSpaced(normals, 0, normals - 1) - (normals - 1) / 2);
  const Index plane = angles * normals, others = is_one ? 1 : plane;
  Eigen::Array<std::complex<double>, 5, 1> change, whole;
  change.setZero();
  whole.setZero();
  for (Index other = 0; other < others; ++other) {
    Batch theta(plane, target.sites()), xi(plane, target.sites());
    for (Index at = 0; at < plane; ++at) {
      theta(at, 0) = circle(at % angles);
      xi(at, 0) = line(at / angles);
    }
    if (!is_one) {
      theta.col(1) = circle(other % angles);
      xi.col(1) = line(other / angles);
    }
    const PhaseMove move = kernel(theta, xi);
    const auto here = phase_moments(log_weight_of(target, theta, xi).exp(), theta);
    change += phase_moments(log_weight_of(target, move.theta, move.xi).exp(), move.theta) - here;
    whole += here;
  }
  return change.abs().maxCoeff() / whole(0).real();
}

namespace {

/// The configuration whose angles are turned where the bits of `state` say so.
Batch on_orbit(const Batch& base, double r, Index state) {
  Batch theta = base;
  for (Index site = 0; site < base.cols(); ++site)
    if ((state >> site & 1) != 0) theta(0, site) = std::numbers::pi + 2 * r - base(0, site);
  return theta;
}

/// Its number; -1 where it is none of the orbit.
Index orbit_state(const Batch& base, double r, const Batch& theta) {
  const Index states = Index{1} << base.cols();
  for (Index state = 0; state < states; ++state)
    if (far(on_orbit(base, r, state), theta) < 1e-9) return state;
  return -1;
}

/// P(state, state') of one cluster whose seed is any site.
Eigen::MatrixXd orbit_matrix(const XyModel& walk, const Batch& base, double r) {
  const Index sites = base.cols(), states = Index{1} << sites;
  Eigen::MatrixXd P = Eigen::MatrixXd::Zero(states, states);
  AngleClusterWalk<AllOutcomes> clusters(walk.couplings(), walk.beta());
  for (Index state = 0; state < states; ++state) {
    AllOutcomes outcomes;
    do {
      Batch theta = on_orbit(base, r, state);
      Directions directions(theta);
      const auto seed = static_cast<Index>(outcomes.below(static_cast<std::uint64_t>(sites)));
      (void)clusters.turn_one({theta.data(), directions.cosine.data(), directions.sine.data()}, r,
                              seed, outcomes);
      const bool is_current =
          far(theta, directions.sine.binaryExpr(directions.cosine, [](double s, double c) {
            return std::atan2(s, c);
          })) < 1e-13;
      const Index end = orbit_state(base, r, theta);
      if (end >= 0 && is_current) P(state, end) += outcomes.probability();
    } while (outcomes.next());
  }
  return P;
}

}  // namespace

double wolff_defect(const XyModel& model, const XyModel& walk) {
  constexpr Index orbits = 12;
  const Batch bases = uniform_angles({51, 0, 0, Purpose::test}, orbits, model.sites());
  const Column directions = uniform_column({52, 0, 0, Purpose::test}, orbits);
  double worst = 0;
  for (Index orbit = 0; orbit < orbits; ++orbit) {
    const Batch base = bases.row(orbit);
    const double r = std::numbers::pi * directions(orbit);
    const Eigen::MatrixXd P = orbit_matrix(walk, base, r);
    Column log_p(P.rows());
    for (Index state = 0; state < P.rows(); ++state)
      log_p(state) = model.log_density(on_orbit(base, r, state))(0);
    const Eigen::VectorXd pi = normalised(log_p);
    worst = std::max({worst, stationarity_defect(pi, P), detailed_balance_defect(pi, P)});
  }
  return worst;
}

}  // namespace nmc::test
