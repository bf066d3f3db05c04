#include "drivers/certify/certify_system.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "core/roles/angle_target.hpp"
#include "core/roles/label_target.hpp"
#include "core/roles/spin_energies.hpp"
#include "drivers/certify/configurations.hpp"

namespace nmc::certify {
namespace {

constexpr Index kRows = 24;
/// Of differences of energies, relative to them: sums of many terms round to 1e-12.
constexpr double kDifferences = 1e-9;
/// Of central differences with a step of 1e-5, whose error is the step squared and rounding.
constexpr double kDerivatives = 1e-6;

/// Largest |a - b| / (1 + |scale|).
double worst(const Column& a, const Column& b, const Column& scale) {
  return ((a - b).abs() / (1 + scale.abs())).maxCoeff();
}

/// The gradient, `factor` times its first component, against central differences.
double gradient_defect(const Target& target, const Batch& x, double factor) {
  constexpr double kStep = 1e-5;
  Batch grad;
  (void)target.log_density_grad(x, grad);
  grad.col(0) *= factor;
  const double scale = 1 + grad.abs().maxCoeff();
  double defect = 0;
  for (Index site = 0; site < x.cols(); ++site) {
    Batch up = x, down = x;
    up.col(site) += kStep;
    down.col(site) -= kStep;
    const Column slope = (target.log_density(up) - target.log_density(down)) / (2 * kStep);
    const double here = (slope - grad.col(site)).abs().maxCoeff() / scale;
    if (!(here <= defect)) defect = here;
  }
  return defect;
}

/// Costs of flips, those of site 0 times `factor`, against energies.
double flip_defect(const SpinEnergies& spins, const Batch& s, double factor) {
  const Column energy = spins.energy(s);
  double defect = 0;
  for (Index site = 0; site < s.cols(); ++site) {
    Batch turned = s;
    turned.col(site) *= -1;
    const Column cost = (site == 0 ? factor : 1) * spins.flip_cost(s, energy, site);
    defect = std::max(defect, worst(spins.energy(turned) - energy, cost, energy));
  }
  return defect;
}

/// Energies of a site's labels, those of label 1 and site 0 less 0.001 `fault`, against energies.
double label_defect(const LabelTarget& labels, const Batch& s, double fault) {
  double defect = 0;
  for (Index site = 0; site < s.cols(); ++site) {
    Batch table = labels.site_energies(s, site);
    if (site == 0) table.col(1) -= 1e-3 * fault;
    Batch moved = s;
    moved.col(site).setZero();
    const Column lowest = labels.energy(moved);
    for (Index value = 1; value < labels.states(); ++value) {
      moved.col(site).setConstant(static_cast<double>(value));
      const Column energy = labels.energy(moved);
      defect = std::max(defect, worst(energy - lowest, table.col(value) - table.col(0), energy));
    }
  }
  return defect;
}

/// H of angles that went around the circle once, `turn` the circle.
double period_defect(const AngleTarget& angles, const Batch& theta, double turn) {
  const Column energy = angles.energy(theta);
  double defect = 0;
  for (Index site = 0; site < theta.cols(); ++site) {
    Batch around = theta;
    around.col(site) += turn;
    defect = std::max(defect, worst(angles.energy(around), energy, energy));
  }
  return defect;
}

/// ln p at twice the beta is twice ln p, up to a number that is the same for all states.
double beta_defect(const System& system, const Batch& x, double beta) {
  const auto other = system.at_beta(beta);
  const Column here = 2 * system.target->log_density(x);
  const Column there = other->target->log_density(x);
  return worst(there - there(0), here - here(0), here);
}

void add_of_support(const System& system, const Batch& x, const std::string& subject,
                    Checks& checks) {
  const Target& target = *system.target;
  if (target.is_differentiable())
    checks.push_back({subject, "gradient against differences", gradient_defect(target, x, 1),
                      kDerivatives, gradient_defect(target, x, 0.99), "1 % of one entry"});
  if (system.spin_energies != nullptr)
    checks.push_back({subject, "flips against energies", flip_defect(*system.spin_energies, x, 1),
                      kDifferences, flip_defect(*system.spin_energies, x, 0.99),
                      "1 % of one flip"});
  if (system.labels != nullptr)
    checks.push_back({subject, "energies of a site's labels", label_defect(*system.labels, x, 0),
                      kDifferences, label_defect(*system.labels, x, 1), "0.001 of one label"});
  if (system.angles != nullptr)
    checks.push_back({subject, "period of the energy",
                      period_defect(*system.angles, x, 2 * std::numbers::pi), kDifferences,
                      period_defect(*system.angles, x, 2 * std::numbers::pi + 0.01),
                      "a turn 0.01 too far"});
}

}  // namespace

Checks certify_observable(const System& system, const Observable& observable) {
  const Batch x = random_configurations(system.target->support(), kRows, system.target->sites());
  const OfBatch measure = [&](const Batch& some) { return observable.measure(some); };
  return {{"observable " + observable.name() + " of " + system.name, "a chain alone, the same bits",
           static_cast<double>(dependent_rows(measure, x)), 0,
           static_cast<double>(dependent_rows(with_mean_of_chains(measure), x)),
           "other chains in it"}};
}

Checks certify_system(const System& system) {
  const Target& target = *system.target;
  const std::string subject = "system " + system.name + ", " + system.summary;
  const Batch x = random_configurations(target.support(), kRows, target.sites());
  const OfBatch density = [&](const Batch& some) { return target.log_density(some); };
  Checks checks{
      {subject, "a chain alone, the same bits", static_cast<double>(dependent_rows(density, x)), 0,
       static_cast<double>(dependent_rows(with_mean_of_chains(density), x)), "other chains in it"}};
  add_of_support(system, x, subject, checks);
  if (system.is_boltzmann && system.at_beta && system.beta > 0)
    checks.push_back({subject, "ln p at twice the beta", beta_defect(system, x, 2 * system.beta),
                      kDifferences, beta_defect(system, x, 2.02 * system.beta), "1 % of beta"});
  return checks;
}

}  // namespace nmc::certify
