#pragma once

#include <array>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// Sites at which a convolution is taken, and its taps there: `count` of them from `first` on.
struct StencilPart {
  const std::vector<int>* sites = nullptr;
  int first = 0;
  int count = 0;
};

/// What a convolution reads around each site of a periodic lattice of even extents, whose sites
/// have the two colours of a checkerboard. Taps that lead to the other colour, an odd number of
/// bonds away, stand before those that lead to the same one.
struct ConvStencil {
  std::vector<Index> extents;  ///< sites = x + Lx (y + Ly (z + …))
  int kernel = 0;              ///< width, odd
  /// Width in each direction, x first: `kernel`, or of cells the extent where that is less.
  std::vector<Index> widths;
  bool is_isotropic = false;
  int taps = 0;
  int odd_taps = 0;
  std::vector<int> orbit;  ///< (taps): those of one number share their weights
  int orbits = 0;
  std::vector<int> kernel_orbit;  ///< the same in the kernel's own order x + k (y + k (z + …))
  std::vector<int> opposite;      ///< (taps)
  std::vector<int> neighbour;     ///< (sites, taps)
  std::vector<int> all;           ///< sites
  std::array<std::vector<int>, 2> of_colour;  ///< sites of colour 0, that of site 0, and 1

  [[nodiscard]] int sites() const { return static_cast<int>(all.size()); }
  /// Every site and every tap.
  [[nodiscard]] std::array<StencilPart, 2> whole() const {
    return {{{&all, 0, taps}, {&all, 0, 0}}};
  }
  /// Every site, and those of its taps that lead to sites of a colour.
  [[nodiscard]] std::array<StencilPart, 2> reading(int colour) const {
    return {{{&of_colour[static_cast<std::size_t>(1 - colour)], 0, odd_taps},
             {&of_colour[static_cast<std::size_t>(colour)], odd_taps, taps - odd_taps}}};
  }
  /// Sites of a colour and every tap.
  [[nodiscard]] std::array<StencilPart, 2> writing(int colour) const {
    const auto& sites = of_colour[static_cast<std::size_t>(colour)];
    return {{{&sites, 0, taps}, {&sites, 0, 0}}};
  }
};

/// With `is_isotropic` taps that reflections and exchanges of directions of equal extent lead into
/// one another are one orbit. UserError where an extent is odd or not above the width, or the width
/// is even.
[[nodiscard]] ConvStencil make_stencil(const std::vector<Index>& extents, int kernel,
                                       bool is_isotropic);

/// Of cells, of any extents and without colours: every tap is its own orbit, and a kernel that is
/// as wide as the lattice or wider reads every cell once. Taps are in the order of the kernel, x
/// fastest, from −(w − 1)/2 on in a direction where it is w wide. UserError where the width is
/// even.
[[nodiscard]] ConvStencil make_cell_stencil(const std::vector<Index>& extents, int kernel);

/// Cells that `layers` convolutions, one after the other, see from a cell, itself among them, in
/// their order.
[[nodiscard]] std::vector<int> cells_seen_from(const ConvStencil& stencil, int cell, int layers);

/// Sites of the other colour that `layers` convolutions, one after the other, see from a site, in
/// their order.
[[nodiscard]] std::vector<int> seen_from(const ConvStencil& stencil, int site, int layers);

}  // namespace nmc
