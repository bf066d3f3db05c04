#pragma once

#include <vector>

#include "core/statistics/gamma_method.hpp"
#include "core/statistics/jackknife.hpp"

namespace nmc::statistics {

/// Γ method for a function of several means (Wolff, hep-lat/0306017 section 3.3): the draws are
/// projected on the gradient of f at the means, taken by central differences of one standard error.
/// `mean` is f(means), `error` its error, `tau_int` that of the projected draws.
[[nodiscard]] GammaResult gamma_method_of(const std::vector<Chains>& observables,
                                          const FunctionOfMeans& f,
                                          const GammaOptions& options = {});

/// Binder parameter 1 - ⟨m⁴⟩ / (3 ⟨m²⟩²).
[[nodiscard]] GammaResult binder(const Chains& m2, const Chains& m4);

/// Heat β² var E (totals).
[[nodiscard]] GammaResult heat(const Chains& energy, double beta);

}  // namespace nmc::statistics
