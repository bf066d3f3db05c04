#pragma once

#include "core/roles/target.hpp"

namespace nmc {

/// A Boltzmann weight of spins ±1, ln p(s) = -beta H(s), whose energies are known and not its
/// couplings one by one: walks that turn single spins over, networks and enumeration need no more.
class SpinEnergies : public Target {
 public:
  [[nodiscard]] Support support() const final { return Support::spin; }
  /// Inverse temperature, finite and >= 0.
  [[nodiscard]] virtual double beta() const = 0;
  /// H of spins, total, (chains), for s of shape (chains, sites).
  [[nodiscard]] virtual Column energy(const Batch& s) const = 0;
  /// H with spin `site` turned over less `energy`, which is H of s, (chains). By itself one
  /// energy().
  [[nodiscard]] virtual Column flip_cost(const Batch& s, const Column& energy, Index site) const;
  [[nodiscard]] Column log_density(const Batch& s) const override { return -beta() * energy(s); }
};

}  // namespace nmc
