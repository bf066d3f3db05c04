#pragma once

#include <vector>

#include "models/tensor_networks/row_couplings.hpp"

namespace nmc {

/// One column of the step from row r + 1, with spins u, to row r, with spins t. It hears from the
/// columns to its left by one of `before` states, and speaks to those on its right by one of
/// `after`: the spins u of the last column, t where the rows are joined crosswise, and on a ring
/// those of column 0, too. Spin up is 0, spin down 1.
struct TransferSite {
  /// What follows from a state before and a pair of spins.
  struct Way {
    int after = 0;
    double weight = 0;  ///< exp of the terms of this column
  };
  int before = 1;
  int after = 1;
  std::vector<Way> ways;

  [[nodiscard]] const Way& way(int state, int t, int u) const {
    return ways[static_cast<std::size_t>((state * 2 + t) * 2 + u)];
  }
};

/// exp[−βH] of all terms that join row r to row r + 1 or lie within row r + 1, as a matrix product
/// operator times e^{log_scale}.
struct TransferRow {
  std::vector<TransferSite> sites;  ///< (width)
  double log_scale = 0;
};

/// `couplings` are those of −βH, 0 <= row < height − 1.
[[nodiscard]] TransferRow transfer_row(const RowCouplings& couplings, Index row);

}  // namespace nmc
