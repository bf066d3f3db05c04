#pragma once

#include <span>
#include <vector>

#include "core/batch.hpp"
#include "core/random/streams.hpp"

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

/// One uniform per chain to choose an image by, (chains). The draw's own purpose and step enter:
/// flips of training, validation and sampling at equal steps are different numbers.
[[nodiscard]] Column uniform_flips(const Streams& streams, Index chains);

/// A place in a group of `order` elements for each chain, uniform.
[[nodiscard]] std::vector<Index> random_elements(Index order, const Streams& streams, Index chains);

/// Row c of the result is group[element[c]] applied to row c of x.
[[nodiscard]] Batch move(std::span<const SymmetryOperation> group,
                         const std::vector<Index>& element, const Batch& x);

/// (a b) x = a (b x).
[[nodiscard]] SymmetryOperation compose(const SymmetryOperation& a, const SymmetryOperation& b);

/// Throws UserError unless the operations are permutations of `sites` with signs ±1, are all
/// different, and form a group (closed under composition, with the identity among them).
void check_group(std::span<const SymmetryOperation> group, Index sites);

}  // namespace nmc
