#pragma once

#include <string>
#include <vector>

#include "core/batch.hpp"
#include "core/spins/spins.hpp"

namespace nmc {

/// Functions of a configuration whose mean over a target's density is 0 whatever it is: what an
/// observable can be corrected with (Assaraf and Caffarel, Phys. Rev. Lett. 83, 4682 (1999)). They
/// are generators of Markov processes that leave the density as it is, applied to some functions.
class ControlVariates {
 public:
  virtual ~ControlVariates() = default;
  /// What tells them apart, the most useful ones first.
  [[nodiscard]] virtual const std::vector<std::string>& names() const = 0;
  /// (chains, names).
  [[nodiscard]] virtual Batch measure(const Batch& x) const = 0;
  /// The same of packed spins.
  [[nodiscard]] virtual Batch measure_packed(const Spins& spins) const {
    return measure(spins.unpack());
  }
  /// Whether measure_packed() is more than unpacking.
  [[nodiscard]] virtual bool reads_packed() const { return false; }
};

}  // namespace nmc
