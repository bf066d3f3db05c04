#pragma once

#include "core/roles/target.hpp"
#include "core/spins/graph.hpp"
#include "core/spins/spins.hpp"

namespace nmc {

/// A Boltzmann weight of spins ±1, ln p(s) = −β H(s), whose couplings are known one by one: what
/// local, cluster and tempering samplers are made from. Its support is spin.
class SpinTarget : public Target {
 public:
  [[nodiscard]] Support support() const final { return Support::spin; }
  [[nodiscard]] const SpinTarget* spins() const final { return this; }
  [[nodiscard]] virtual const Graph& graph() const = 0;
  /// Inverse temperature, finite and >= 0.
  [[nodiscard]] virtual double beta() const = 0;
  /// H of packed spins, total, (rows).
  [[nodiscard]] virtual Column energy(const Spins& spins) const = 0;
};

}  // namespace nmc
