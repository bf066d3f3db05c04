#pragma once

#include <cmath>

#include "samplers/local/angle_kernel.hpp"

/// Sweeps over all sites in their order that are told their random numbers: what LocalAngles runs
/// on the streams of a step, and the contract tests on all numbers there are.
namespace nmc::angle_detail {

/// What a proposal reads, (chains) each.
struct AngleNumbers {
  const double *u, *v;
};

/// Metropolis; `numbers(site)` are the AngleNumbers of that site. Returns the sum of the
/// probabilities over the sites, (chains).
template <class Numbers>
[[nodiscard]] Column sweep_metropolis(const AngleChains& of, double width, Numbers&& numbers) {
  Column probability = Column::Zero(of.chains);
  for (Index site = 0; site < of.couplings->sites; ++site) {
    const AngleNumbers told = numbers(site);
    propose(of, site, {width, told.u, told.v, probability.data()});
  }
  return probability;
}

/// Heat bath; `draws` has draw(k, kappa), delta and is_taken as VonMisesDraws, k = `first` + site.
template <class Draws>
void sweep_heat_bath(const AngleChains& of, Index first, Draws& draws) {
  Column a(of.chains), b(of.chains), kappa(of.chains);
  for (Index site = 0; site < of.couplings->sites; ++site) {
    const AngleFields fields{a.data(), b.data()};
    local_fields(of, site, fields);
    for (Index c = 0; c < of.chains; ++c) kappa(c) = of.beta * std::hypot(a(c), b(c));
    draws.draw(first + site, kappa);
    turn(of, site, fields,
         {of.chains, kappa.data(), nullptr, nullptr, draws.delta.data(), draws.is_taken.data()});
  }
}

/// Overrelaxation.
inline void sweep_reflections(const AngleChains& of) {
  for (Index site = 0; site < of.couplings->sites; ++site) reflect(of, site);
}

}  // namespace nmc::angle_detail
