#pragma once

#include <string>

#include "core/batch.hpp"
#include "core/spins/spins.hpp"

namespace nmc {

/// Columns of numbers measured on a batch of configurations.
class Observable {
 public:
  virtual ~Observable() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// One number per chain, (chains).
  [[nodiscard]] virtual Column measure(const Batch& x) const = 0;
  /// The same of packed spins, without unpacking them; only where reads_packed().
  [[nodiscard]] virtual Column measure_packed(const Spins& spins) const {
    return measure(spins.unpack());
  }
  [[nodiscard]] virtual bool reads_packed() const { return false; }
  /// Another observable of which this one is a function, so that several of them cost one
  /// measurement; null where there is none.
  [[nodiscard]] virtual const Observable* base() const { return nullptr; }
  /// The value where base() has `values`, (chains).
  [[nodiscard]] virtual Column of_base(const Column& values) const { return values; }
  /// Whether it is the target's energy H, which spin samplers keep with their state.
  [[nodiscard]] virtual bool is_energy() const { return false; }
  /// Whether it is measured on the products s^a s^b (core/spins/replica_products.hpp) of chains
  /// 2k and 2k + 1, two independent replicas, and so has one value for both. The same as that of
  /// its base.
  [[nodiscard]] virtual bool is_of_pairs() const { return false; }
  /// Whether it contains the target's temperature, so that it says nothing about the other rungs of
  /// a ladder.
  [[nodiscard]] virtual bool has_temperature() const { return false; }
};

}  // namespace nmc
