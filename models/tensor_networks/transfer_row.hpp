#pragma once

#include <vector>

#include "core/spins/label_coupling.hpp"
#include "models/tensor_networks/row_couplings.hpp"

namespace nmc {

/// One column of the step from row r + 1, with labels u, to row r, with labels t, each 0 … labels −
/// 1; of spins, up is 0 and down 1. It hears from the columns to its left by one of `before`
/// states, and speaks to those on its right by one of `after`: u of the last column, t where the
/// rows are joined crosswise, and on a ring those of column 0, too.
struct TransferSite {
  /// What follows from a state before and a pair of labels.
  struct Way {
    int after = 0;
    double weight = 0;  ///< exp of the terms of this column
  };
  int labels = 2;
  int before = 1;
  int after = 1;
  std::vector<Way> ways;

  [[nodiscard]] const Way& way(int state, int t, int u) const {
    return ways[static_cast<std::size_t>((state * labels + t) * labels + u)];
  }
};

/// exp[−βH] of all terms that join row r to row r + 1 or lie within row r + 1, as a matrix product
/// operator times e^{log_scale}.
struct TransferRow {
  std::vector<TransferSite> sites;  ///< (width)
  double log_scale = 0;
};

/// `couplings` times β are those of H, of labels that `coupling` joins; squares are of spins alone.
/// 0 <= row < height − 1.
[[nodiscard]] TransferRow transfer_row(const RowCouplings& couplings, const LabelCoupling& coupling,
                                       Index row);

}  // namespace nmc
