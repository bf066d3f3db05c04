#pragma once

#include <span>

#include "core/roles/parametric.hpp"
#include "core/roles/target.hpp"

namespace nmc {

/// An unnormalised density with parameters θ, ln p̃(x) = −E_θ(x): Boltzmann machines. Its Z is not
/// known, so that it is no Model, and ln p̃ cannot be taken for ln q; what proposes with it is a
/// ReversibleSampler of it, by ReversibleSteps.
class EnergyModel : public Target, public Parametric {
 public:
  /// grad += Σ_chains weight(chain) ∇_θ ln p̃(x(chain)); grad has parameters().size(). ∇ ln Z is the
  /// mean of the same over the model, which is the caller's to estimate.
  virtual void add_grad(const Batch& x, const Column& weight, std::span<double> grad) const = 0;
};

}  // namespace nmc
