#pragma once

#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// Orthonormal cosines and sines of one direction of L sites, c_m cos(2π m x/L), m = 0 … L/2, and
/// c_m sin(2π m x/L), 0 < m < L/2: sums over x become small dense blocks once x, L − x, L/2 − x and
/// L/2 + x have been added and subtracted (for odd L only x and L − x).
template <class T>
struct LineModes {
  struct Block {
    int size = 0;            ///< modes, and folded sites
    std::vector<T> along;    ///< modes of folded sites, order of simd::pack_weights
    std::vector<T> against;  ///< the transposed block
  };
  int length = 0;
  /// Even L: cosines of even m, of odd m, sines of odd m, of even m. Odd L: cosines, sines.
  std::vector<Block> blocks;
  std::vector<int> m;  ///< of every mode, in the order of the blocks, (length)
};

/// A basis of products over the directions of a torus in which every convolution is diagonal whose
/// kernel is even in each direction. Modes are numbered like sites, by the modes of each direction.
template <class T>
struct LatticeModes {
  std::vector<LineModes<T>> lines;  ///< by direction
  int sites = 0;
};

[[nodiscard]] LatticeModes<float> single_modes(const std::vector<Index>& extents);
[[nodiscard]] LatticeModes<double> double_modes(const std::vector<Index>& extents);

/// The orbit of every mode: wave vectors which reflections and exchanges of directions of equal
/// extent turn into each other share one. Numbered in the order of their first mode of ascending
/// wave numbers.
[[nodiscard]] std::vector<int> mode_orbits(const std::vector<Index>& extents);

/// Σ 4 sin²(k/2) of the first mode of every orbit.
[[nodiscard]] std::vector<double> orbit_momenta(const std::vector<Index>& extents);

}  // namespace nmc
