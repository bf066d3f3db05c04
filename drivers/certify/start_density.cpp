#include "drivers/certify/start_density.hpp"

#include <algorithm>
#include <cmath>

#include "core/linear/factors.hpp"
#include "core/roles/all_states.hpp"
#include "drivers/certify/configurations.hpp"

namespace nmc::certify {
namespace {

constexpr Index kPilots = 512;
constexpr std::uint64_t kPilotSteps = 100;
/// Wider than the pilots, so that weights are bounded where tails are normal.
constexpr double kWider = 1.3;

}  // namespace

StartDensity::StartDensity(const catalog::SamplerParts& parts, const System& system,
                           bool is_enumerated)
    : system_(system), is_enumerated_(is_enumerated) {
  if (system.target->support() == Support::real) fit(parts);
}

void StartDensity::fit(const catalog::SamplerParts& parts) {
  const Streams streams{.seed = 7};
  ChainState state;
  parts.sampler->init(state, streams, kPilots);
  for (std::uint64_t step = 1; step <= kPilotSteps; ++step)
    (void)parts.sampler->step(state, streams.at_step(step));
  const Eigen::MatrixXd x = parts.sampler->physical(state, streams.at_step(kPilotSteps)).matrix();
  mean_ = x.colwise().mean();
  const Eigen::MatrixXd centred = x.rowwise() - mean_.transpose();
  Eigen::MatrixXd covariance =
      kWider * kWider * (centred.transpose() * centred) / static_cast<double>(kPilots - 1);
  covariance.diagonal().array() += 1e-6 * covariance.diagonal().maxCoeff() + 1e-12;
  factor_ = linear::cholesky_factor(covariance).L;
}

OneStep StartDensity::each_state(Index copies) const {
  OneStep step;
  step.before = all_states(system_.target->support(), system_.target->sites()).replicate(copies, 1);
  return step;
}

OneStep StartDensity::draw_states(Index chains) const {
  const Target& target = *system_.target;
  const Batch states = all_states(target.support(), target.sites());
  const Column log_p = target.log_density(states);
  const Eigen::VectorXd pi = normalised(log_p);
  const Column copies = (static_cast<double>(chains) * pi.array()).ceil().max(1.0);
  const auto rows = static_cast<Index>(copies.sum());
  OneStep step;
  step.share = static_cast<double>(chains) * pi.array();
  step.before.resize(rows, states.cols());
  step.log_p.resize(rows);
  step.log_weight.resize(rows);
  Index row = 0;
  for (Index state = 0; state < states.rows(); ++state)
    for (Index copy = 0; copy < static_cast<Index>(copies(state)); ++copy, ++row) {
      step.before.row(row) = states.row(state);
      step.log_p(row) = log_p(state);
      step.log_weight(row) = std::log(step.share(state) / copies(state));
    }
  return step;
}

OneStep StartDensity::draw(Index chains) const {
  if (is_enumerated_) return draw_states(chains);
  const Target& target = *system_.target;
  const Support support = target.support();
  OneStep step;
  step.before = random_configurations(support, chains, target.sites());
  Column log_density = Column::Zero(step.before.rows());
  if (support == Support::real) {
    log_density = -0.5 * sum_sites(step.before.square());
    const Eigen::MatrixXd x = step.before.matrix() * factor_.transpose();
    step.before = (x.rowwise() + mean_.transpose()).array();
  }
  step.log_p = target.log_density(step.before);
  step.log_weight = step.log_p - log_density;
  return step;
}

}  // namespace nmc::certify
