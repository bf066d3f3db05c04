#pragma once

#include <vector>

#include "core/statistics/gamma_method.hpp"
#include "core/statistics/jackknife.hpp"

namespace nmc::statistics {

/// A function of several means, to first order in the draws.
struct Projection {
  double value = not_a_number;  ///< f(means); NaN where f has none a standard error to some side
  Chains draws;                 ///< Σ_a ∂f/∂m_a (draw_a − m_a), of mean 0
};
/// The gradient is taken by central differences of one standard error (Wolff, hep-lat/0306017,
/// eq. 38). UserError for observables of several shapes.
[[nodiscard]] Projection projection(const std::vector<Chains>& observables,
                                    const FunctionOfMeans& f);

/// Γ method for a function of several means (Wolff, section 3.3), that of its projection().
/// `mean` is f(means), `error` its error, `tau_int` that of the projected draws.
[[nodiscard]] GammaResult gamma_method_of(const std::vector<Chains>& observables,
                                          const FunctionOfMeans& f,
                                          const GammaOptions& options = {});

/// Binder parameter 1 - ⟨m⁴⟩ / (3 ⟨m²⟩²).
[[nodiscard]] GammaResult binder(const Chains& m2, const Chains& m4);

/// Heat β² var E (totals).
[[nodiscard]] GammaResult heat(const Chains& energy, double beta);

}  // namespace nmc::statistics
