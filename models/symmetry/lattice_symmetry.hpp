#pragma once

#include <span>
#include <vector>

#include "models/symmetry/symmetry.hpp"

namespace nmc {

/// Shifts of a torus; site (x, y, …) has the index x + Lx (y + …). As many as sites.
[[nodiscard]] std::vector<SymmetryOperation> translation_group(const std::vector<Index>& extents);

/// What leaves the shape of a lattice: reflections of each direction, and exchanges of directions
/// of equal extent. 2 for a chain, 4 for a rectangle, 8 for a square, 48 for a cube, less where an
/// extent is 1.
[[nodiscard]] std::vector<SymmetryOperation> point_group(const std::vector<Index>& extents);

/// All products a b, each once. A group where the products b a are among them.
[[nodiscard]] std::vector<SymmetryOperation> products(std::span<const SymmetryOperation> a,
                                                      std::span<const SymmetryOperation> b);

}  // namespace nmc
