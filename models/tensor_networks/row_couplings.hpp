#pragma once

#include <vector>

#include "core/spins/graph.hpp"

namespace nmc {

/// Sites in rows of equal length.
struct SiteGrid {
  Index width = 0;
  std::vector<Index> sites;  ///< row after row
};

/// The couplings of a lattice that is taken row after row: each joins sites of one row or of two
/// rows that follow each other, in columns that are the same or neighbours. Square, triangular and
/// honeycomb lattices are of this kind, with fields and with terms of the four spins of a square,
/// open at the top and at the bottom.
struct RowCouplings {
  /// Of the place (r, c): field h and the couplings J of −J s s' to (r, c+1), (r+1, c), (r+1, c+1)
  /// and (r+1, c−1), and K of the square whose first corner it is.
  struct Cell {
    double field = 0;
    double right = 0;
    double down = 0;
    double down_right = 0;
    double down_left = 0;
    double square = 0;
  };

  Index width = 0;
  Index height = 0;
  bool is_ring = false;      ///< whether the last column is joined to the first
  std::vector<Index> sites;  ///< (height · width), the site of the graph at each place
  std::vector<Cell> cells;   ///< (height · width)

  [[nodiscard]] const Cell& at(Index row, Index column) const {
    return cells[static_cast<std::size_t>(row * width + column)];
  }
  [[nodiscard]] Index site(Index row, Index column) const {
    return sites[static_cast<std::size_t>(row * width + column)];
  }
  /// Whether spins of one row and of the next are joined crosswise.
  [[nodiscard]] bool is_crossed(Index row) const;
};

/// The rows of a graph on a chain (extents (Lx)) or a plane (Lx, Ly), site x + Lx y: along x or
/// along y, whichever takes all couplings, the shorter ones where both do. UserError, which names a
/// coupling that joins no neighbouring rows, where neither does.
[[nodiscard]] RowCouplings row_couplings(const Graph& graph, const std::vector<Index>& extents);

/// The rows of a sheet of sites, given the spins of all others: s is a row of spins, (1, sites of
/// the graph), of which those outside of the sheet become fields on its sites. `sites` of the
/// result are the places of the sheet, 0, 1, …. Couplings within the sheet join neighbours of its
/// rows, and there are no terms of four spins.
[[nodiscard]] RowCouplings rows_given_others(const Graph& graph, const SiteGrid& sheet,
                                             const Eigen::Ref<const Batch>& s);

/// β times all of them.
[[nodiscard]] RowCouplings times_beta(RowCouplings couplings, double beta);

}  // namespace nmc
