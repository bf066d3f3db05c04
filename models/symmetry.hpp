#pragma once

#include <span>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// A symmetry operation on configurations: (g x)_i = sign · x_{permutation[i]}.
struct SymmetryOperation {
  std::vector<Index> permutation;  ///< (sites)
  double sign = 1;                 ///< +1 or -1

  auto operator<=>(const SymmetryOperation&) const = default;
};

[[nodiscard]] SymmetryOperation identity_operation(Index sites);

/// {x, -x}.
[[nodiscard]] std::vector<SymmetryOperation> z2_group(Index sites);

/// g x, (chains, sites).
[[nodiscard]] Batch apply(const SymmetryOperation& g, const Batch& x);

/// Transpose of apply: the gradient by x of a function of g x whose gradient by g x is `grad`.
[[nodiscard]] Batch pull_back(const SymmetryOperation& g, const Batch& grad);

/// Throws UserError unless the operations are permutations of `sites` with signs ±1, are all
/// different, and form a group (closed under composition, with the identity among them).
void check_group(std::span<const SymmetryOperation> group, Index sites);

}  // namespace nmc
