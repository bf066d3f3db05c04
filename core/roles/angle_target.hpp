#pragma once

#include "core/roles/target.hpp"

namespace nmc {

/// A Boltzmann weight of angles, ln p(theta) = -beta H(theta) with theta_i in (-pi, pi] and H of
/// period 2 pi in every angle.
class AngleTarget : public Target {
 public:
  [[nodiscard]] Support support() const final { return Support::angle; }
  /// Inverse temperature, finite and >= 0.
  [[nodiscard]] virtual double beta() const = 0;
  /// H of angles, total, (chains), for theta of shape (chains, sites).
  [[nodiscard]] virtual Column energy(const Batch& theta) const = 0;
  [[nodiscard]] Column log_density(const Batch& theta) const override {
    return -beta() * energy(theta);
  }
};

}  // namespace nmc
