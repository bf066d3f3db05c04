#pragma once

#include "core/roles/target.hpp"

namespace nmc {

/// A Boltzmann weight of labels, ln p(s) = -beta H(s) with s_i = 0 ... states - 1. From its
/// energies alone every local sampler can be made; a system that knows more overrides
/// site_energies().
class LabelTarget : public Target {
 public:
  [[nodiscard]] Support support() const final { return Support::labels(states()); }
  /// q, from 2 on.
  [[nodiscard]] virtual Index states() const = 0;
  /// Inverse temperature, finite and >= 0.
  [[nodiscard]] virtual double beta() const = 0;
  /// H of labels, total, (chains), for s of shape (chains, sites).
  [[nodiscard]] virtual Column energy(const Batch& s) const = 0;
  /// H with site `site` at each of its values and all others as they are, up to a number that is
  /// the same for all values, (chains, states). By itself one energy() for each value.
  [[nodiscard]] virtual Batch site_energies(const Batch& s, Index site) const;
  [[nodiscard]] Column log_density(const Batch& s) const override { return -beta() * energy(s); }
};

}  // namespace nmc
