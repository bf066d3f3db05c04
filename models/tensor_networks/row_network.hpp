#pragma once

#include <utility>
#include <vector>

#include "models/tensor_networks/boundary_state.hpp"
#include "models/tensor_networks/row_couplings.hpp"

namespace nmc {

/// The matrices of one site as packed dense layers (core/simd/layers.hpp), by its label: of a spin
/// up, then of one down.
struct PackedSite {
  int left = 1;                                 ///< bonds
  int right = 1;                                ///< bonds
  std::vector<std::vector<double>> from_right;  ///< M: vectors on the right bonds to left ones
  std::vector<std::vector<double>> from_left;   ///< Mᵀ: vectors on the left bonds to right ones
};

/// UserError where chi < 1, and where the tensors of such a lattice would not fit into the memory
/// that is free. `labels` is q, 2 of spins.
void require_room(const RowCouplings& couplings, Index labels, Index chi);

/// The weight of all that lies below each row of a lattice, given the labels of that row,
/// contracted from the last row up with bonds of at most chi: what drawing the rows from the first
/// one down needs.
class RowNetwork {
 public:
  /// `couplings` times β are those of H, of labels that `coupling` joins; chi as require_room()
  /// takes it.
  RowNetwork(RowCouplings couplings, LabelCoupling coupling, Index chi);
  /// Of spins.
  RowNetwork(RowCouplings couplings, Index chi)
      : RowNetwork(std::move(couplings), spin_coupling(), chi) {}

  [[nodiscard]] const RowCouplings& couplings() const { return couplings_; }
  [[nodiscard]] const LabelCoupling& coupling() const { return coupling_; }
  /// (width) sites of E_row.
  [[nodiscard]] const std::vector<PackedSite>& row(Index row) const {
    return rows_[static_cast<std::size_t>(row)];
  }
  /// e^{−wB} with B = Σ |couplings of a site to those that are drawn later| and w the width of the
  /// values of e, 2 of spins: what those sites say of two labels of this one has a ratio between
  /// e^{−wB} and e^{wB} whatever they are.
  [[nodiscard]] double least_odds(Index row, Index column) const {
    return least_odds_[static_cast<std::size_t>(row * couplings_.width + column)];
  }
  /// The largest bond of all rows.
  [[nodiscard]] int largest_bond() const { return largest_bond_; }

 private:
  RowCouplings couplings_;
  LabelCoupling coupling_;
  std::vector<std::vector<PackedSite>> rows_;
  std::vector<double> least_odds_;  ///< (height · width)
  int largest_bond_ = 1;
};

}  // namespace nmc
