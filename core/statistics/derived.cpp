#include "core/statistics/derived.hpp"

#include <cmath>

#include "core/errors.hpp"

namespace nmc::statistics {

Projection projection(const std::vector<Chains>& observables, const FunctionOfMeans& f) {
  require(!observables.empty(), "a derived quantity needs at least one observable");
  const auto count = static_cast<Index>(observables.size());
  Column means(count), steps(count);
  for (Index a = 0; a < count; ++a) {
    const Chains& chains = observables[static_cast<std::size_t>(a)];
    require(chains.rows() == observables[0].rows() && chains.cols() == observables[0].cols(),
            "the observables of a derived quantity differ in their number of chains or draws");
    means[a] = chains.mean();
    // Wolff eq. 38: steps of the naive standard error keep f in the range where it is linear
    const ScaledChains ordinary = scaled(chains);
    const double variance = (ordinary.chains - ordinary.chains.mean()).square().mean();
    steps[a] =
        std::ldexp(std::sqrt(variance / static_cast<double>(chains.size())), ordinary.exponent);
  }
  bool is_within = true;  // whether f has a value one step to every side
  Projection result{not_a_number, Chains::Zero(observables[0].rows(), observables[0].cols())};
  for (Index a = 0; a < count; ++a) {
    if (steps[a] == 0) continue;  // a constant does not fluctuate
    Column up = means, down = means;
    up[a] += steps[a];
    down[a] -= steps[a];
    const double above = f(up), below = f(down), slope = (above - below) / (2 * steps[a]);
    is_within = is_within && !std::isnan(above) && !std::isnan(below);
    result.draws += slope * (observables[static_cast<std::size_t>(a)] - means[a]);
  }
  if (is_within) result.value = f(means);
  return result;
}

GammaResult gamma_method_of(const std::vector<Chains>& observables, const FunctionOfMeans& f,
                            const GammaOptions& options) {
  const Projection projected = projection(observables, f);
  GammaResult result = gamma_method(projected.draws, options);
  result.mean = projected.value;
  return result;
}

GammaResult binder(const Chains& m2, const Chains& m4) {
  return gamma_method_of({m2, m4},
                         [](const Column& mean) { return 1 - mean[1] / (3 * mean[0] * mean[0]); });
}

GammaResult heat(const Chains& energy, double beta) {
  // Shifting E changes no variance, and keeps ⟨E²⟩ - ⟨E⟩² from cancelling.
  const Chains shifted = energy - energy.mean();
  return gamma_method_of({shifted, shifted.square()}, [beta](const Column& mean) {
    // β² alone may be beyond a double, at a variance of 0.
    return beta * (beta * (mean[1] - mean[0] * mean[0]));
  });
}

}  // namespace nmc::statistics
