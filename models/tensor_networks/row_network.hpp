#pragma once

#include <array>
#include <vector>

#include "models/tensor_networks/boundary_state.hpp"
#include "models/tensor_networks/row_couplings.hpp"

namespace nmc {

/// The matrices of one site as packed dense layers (core/simd/layers.hpp), of a spin up and of one
/// down.
struct PackedSite {
  int left = 1;                                   ///< bonds
  int right = 1;                                  ///< bonds
  std::array<std::vector<double>, 2> from_right;  ///< M: vectors on the right bonds to left ones
  std::array<std::vector<double>, 2> from_left;   ///< Mᵀ: vectors on the left bonds to right ones
};

/// UserError where chi < 1, and where the tensors of such a lattice would not fit into the memory
/// that is free.
void require_room(const RowCouplings& couplings, Index chi);

/// The weight of all that lies below each row of a lattice, given the spins of that row, contracted
/// from the last row up with bonds of at most chi: what drawing the rows from the first one down
/// needs.
class RowNetwork {
 public:
  /// `couplings` are those of −βH; chi as require_room() takes it.
  RowNetwork(RowCouplings couplings, Index chi);

  [[nodiscard]] const RowCouplings& couplings() const { return couplings_; }
  /// (width) sites of E_row.
  [[nodiscard]] const std::vector<PackedSite>& row(Index row) const {
    return rows_[static_cast<std::size_t>(row)];
  }
  /// e^{−2B} with B = Σ |couplings of a site to spins that are drawn later|: what those spins say
  /// of it lies between e^{−2B} and e^{2B} whatever they are, as odds of up against down.
  [[nodiscard]] double least_odds(Index row, Index column) const {
    return least_odds_[static_cast<std::size_t>(row * couplings_.width + column)];
  }
  /// The largest bond of all rows.
  [[nodiscard]] int largest_bond() const { return largest_bond_; }

 private:
  RowCouplings couplings_;
  std::vector<std::vector<PackedSite>> rows_;
  std::vector<double> least_odds_;  ///< (height · width)
  int largest_bond_ = 1;
};

}  // namespace nmc
