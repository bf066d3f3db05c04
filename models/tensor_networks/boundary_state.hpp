#pragma once

#include <Eigen/Core>
#include <vector>

#include "models/tensor_networks/transfer_row.hpp"

namespace nmc {

/// The matrices of one site, (bonds to the left, bonds to the right), by its label: of[0] of a spin
/// up, of[1] of one down.
struct SiteMatrices {
  std::vector<Eigen::MatrixXd> of;
};

/// A function of the labels of one row as a matrix product state (White 1992; Schollwöck, Ann.
/// Phys. 326, 96 (2011)):
///   E(s) = e^{log_scale} M_0(s_0) M_1(s_1) … ,
/// a row vector times matrices times a column vector.
struct BoundaryState {
  std::vector<SiteMatrices> sites;
  double log_scale = 0;
};

/// E = 1: the weight of what lies below the last row.
[[nodiscard]] BoundaryState nothing_below(Index width, Index labels);

/// The weight of all that lies below `row`, given its labels t, from that of all below the next
/// row, whose labels are u (Verstraete, Murg and Cirac, Adv. Phys. 57, 143 (2008)):
///   E_r(t) = Σ_u exp[couplings of t with u, of u with itself, and fields of u] E_{r+1}(u).
/// The product has bonds of at most `chi`: exact where it needs no more, else the nearest one in
/// the 2-norm, bond after bond.
[[nodiscard]] BoundaryState one_row_up(const BoundaryState& below, const TransferRow& transfer,
                                       Index chi);

}  // namespace nmc
