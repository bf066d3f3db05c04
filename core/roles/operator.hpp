#pragma once

#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// A real symmetric operator on the states of spins ±1, by what it turns over: every such operator
/// is a sum over sets of spins, H = Σ_k F_k d_k, where F_k turns over the spins of the k-th set and
/// d_k is a function of the configuration. Wave functions, local energies and exact
/// diagonalisation need no more.
class Operator {
 public:
  virtual ~Operator() = default;
  [[nodiscard]] virtual Index sites() const = 0;
  /// The sets, all different, each in ascending order. The empty one, where it is there, is the
  /// diagonal.
  [[nodiscard]] virtual const std::vector<std::vector<Index>>& flips() const = 0;
  /// ⟨s'|H|s⟩ with s' = s but for the spins of each set, (chains, flips).
  [[nodiscard]] virtual Batch elements(const Batch& s) const = 0;
};

}  // namespace nmc
