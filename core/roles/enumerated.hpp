#pragma once

#include <span>

#include "core/batch.hpp"

namespace nmc {

/// A model of so few spins that it holds the probabilities of all of its states, numbered as it
/// likes. What is linear in them is differentiated without draws and without noise.
class Enumerated {
 public:
  virtual ~Enumerated() = default;
  /// q of every state, (states).
  [[nodiscard]] virtual std::span<const double> probabilities() const = 0;
  /// grad += ∂/∂θ Σ_states v q at fixed v, (states).
  virtual void pull_back(std::span<const double> v, std::span<double> grad) const = 0;
  /// The number of the configuration in row `row` of x, spins ±1.
  [[nodiscard]] virtual Index number_of(const Batch& x, Index row) const = 0;
};

}  // namespace nmc
