#pragma once

#include <string>

#include "core/batch.hpp"
#include "core/spins/spins.hpp"

namespace nmc {

/// What an observable says of itself, as data.
struct ObservableTraits {
  bool reads_packed = false;  ///< whether measure_packed() is more than unpacking
  bool is_energy = false;     ///< the target's H, which spin samplers keep with their state
  /// Whether it is measured on the products s^a s^b (core/spins/replica_products.hpp) of chains
  /// 2k and 2k + 1, two independent replicas, and so has one value for both. The same as that of
  /// its base.
  bool is_of_pairs = false;
  /// Whether it contains the target's temperature, so that it says nothing about the other rungs of
  /// a ladder.
  bool has_temperature = false;
};

/// Columns of numbers measured on a batch of configurations.
class Observable {
 public:
  virtual ~Observable() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// One number per chain, (chains).
  [[nodiscard]] virtual Column measure(const Batch& x) const = 0;
  /// The same of packed spins, without unpacking them; only where traits().reads_packed.
  [[nodiscard]] virtual Column measure_packed(const Spins& spins) const {
    return measure(spins.unpack());
  }
  /// An observable made from another one starts from the other's traits.
  [[nodiscard]] virtual ObservableTraits traits() const { return {}; }
  /// Another observable of which this one is a function, so that several of them cost one
  /// measurement; null where there is none.
  [[nodiscard]] virtual const Observable* base() const { return nullptr; }
  /// The value where base() has `values`, (chains).
  [[nodiscard]] virtual Column of_base(const Column& values) const { return values; }
};

}  // namespace nmc
