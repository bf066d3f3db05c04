#pragma once

#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// How large a wave function of a restricted Boltzmann machine is, and which of its numbers are
/// one.
struct RbmWaveShape {
  Index sites = 0;
  Index hidden = 0;
  bool is_complex = false;
  bool is_even = false;  ///< ψ(−s) = ψ(s): no a and no b
  /// Extents of the torus, x first, all of whose translations leave ψ as it is: hidden units come
  /// in groups, one to a translation. Empty: all numbers are free.
  std::vector<Index> torus{};
  bool operator==(const RbmWaveShape&) const = default;
};

/// Throws UserError where there is no such wave function.
void check(const RbmWaveShape& shape);

/// Which parameter each number of the machine is, a (sites), b (hidden) and W, row by row (sites,
/// hidden); −1: none, it is 0.
struct Ties {
  std::vector<Index> parameter;
  Index parameters = 0;  ///< real ones; of a complex machine there are twice as many
  Index first_W = 0;     ///< from which on they are weights
};
[[nodiscard]] Ties tie(const RbmWaveShape& shape);

}  // namespace nmc
