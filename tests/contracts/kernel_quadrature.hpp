#pragma once

#include <functional>

#include "core/interfaces.hpp"

namespace nmc::test {

/// A Metropolis kernel on one real site whose proposal is a function of x and of one normal ξ.
struct OneSiteKernel {
  /// Proposals (chains, 1) from x (chains, 1) at one ξ, and ln of the acceptance ratio.
  using Propose =
      std::function<void(const Batch& x, double xi, Batch& proposal, Column& log_ratio)>;
  Propose propose;
  /// Where it is there, every second proposal is one of these.
  Propose propose_back{};
  /// Where it is there, ln of the ratio of a second decision about the same proposal, which both
  /// must accept.
  std::function<Column(const Batch& x, double xi)> second_log_ratio{};
  /// The density that must be invariant, ln and unnormalised, at each x.
  std::function<Column(const Batch& x)> log_density;
  /// Where it is not negligible: |x| < range.
  double range = 4;
};

/// Largest |⟨P f⟩ − ⟨f⟩| over f = x, x², cos x, under the density: zero for an invariant density.
/// ⟨P f⟩ − ⟨f⟩ = ∫∫ p(x) N(ξ) min(1, e^{r(x, ξ)}) [f(X(x, ξ)) − f(x)] dx dξ by Gauss-Legendre
/// panels that are cut at the kinks r = 0 of all decisions, adaptive in ξ; its own error is below
/// 1e-11.
double invariance_defect(const OneSiteKernel& kernel);

/// ∫ exp(log_density) by the same rule.
double normalisation(const OneSiteKernel& kernel);

}  // namespace nmc::test
