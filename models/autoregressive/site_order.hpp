#pragma once

#include <string>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// Lattices cut into equal patches; site (x, y, …) has the index x + Lx (y + …).
struct PatchGrid {
  std::vector<Index> extents{};  ///< of the lattice; {N} for a graph
  std::vector<Index> patch{};    ///< of a patch, one number per direction; empty: single sites
};

/// Orders in which the patches of a lattice are drawn; within a patch x runs fastest.
enum class PatchOrder {
  raster,  ///< x runs fastest
  snake,   ///< every other line backwards, so that neighbours in the order are neighbours
  hilbert  ///< Hilbert's curve: square grids of 2^k by 2^k patches
};

/// All sites, patch after patch. Throws UserError where patches do not tile the lattice, and where
/// Hilbert's curve does not fit.
[[nodiscard]] std::vector<Index> site_order(const PatchGrid& grid, PatchOrder order);

/// Throws UserError unless the order names each of `sites` sites once.
void check_order(const std::vector<Index>& order, Index sites);

/// An order of `sites` sites from a text file, numbers divided by spaces or lines. Throws UserError
/// with the file where it is none, and with the line where a word is no number.
[[nodiscard]] std::vector<Index> read_site_order(const std::string& path, Index sites);

}  // namespace nmc
