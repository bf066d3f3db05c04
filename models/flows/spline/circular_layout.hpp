#pragma once

#include <cstdint>
#include <vector>

#include "models/flows/spline/circular_coupling.hpp"

namespace nmc {

/// Which angles a coupling of a lattice moves, and what its nets see.
struct CircularLayout {
  std::vector<Index> extents;  ///< sites = x + Lx (y + …); of systems without a lattice one extent
  Index couplings = 8;
  /// 0: one net sees all angles that a coupling keeps. Else each moved angle has a patch of its own
  /// with those up to `reach` bonds away, and all patches share one net, so that translations by
  /// two sites are symmetries; all extents are then even.
  Index reach = 0;
};

/// `net` says everything but sites and patches. A circle layer and then couplings that move the
/// even and the odd sites of the checkerboard by turns, each angle about one of its nearest kept
/// neighbours, another one in every second coupling. UserError where the layout is none.
[[nodiscard]] std::vector<std::unique_ptr<Bijector>> circular_layers(const CircularLayout& layout,
                                                                     const CircularSpec& net);

}  // namespace nmc
