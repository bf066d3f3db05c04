#pragma once

#include <Eigen/Core>
#include <array>
#include <vector>

#include "core/batch.hpp"
#include "physics/exact/bond_basis.hpp"

namespace nmc {

/// States of a row of 2 to 4 sites: one function for the bond above each site. A row is two halves
/// of one or two sites, so that its matrix elements are traces of products of two small matrices.
class RowStates {
 public:
  /// A state is kept while the product of its eigenvalues is above `precision`.
  RowStates(const BondBasis& basis, Index width, double precision);

  /// Functions on the sites of a half row; (k, −1) for a half of one site.
  using Half = std::array<int, 2>;
  /// Places of the two halves in left and right.
  using Row = std::array<int, 2>;

  std::vector<Half> left, right;
  std::vector<Row> even, odd;  ///< by the parity of the functions' product

  /// CPU seconds of row_matrices() and of the powers, estimated.
  [[nodiscard]] double seconds(Index length) const;

 private:
  double functions_;
};

/// A matrix M(h) between rows with a source h on every site, e^{h Σφ}: M and M'' keep the parity
/// of a row, M' changes it.
struct RowJet {
  Eigen::MatrixXd even, odd;
  Eigen::MatrixXd first;  ///< (even, odd)
  Eigen::MatrixXd even_second, odd_second;
};

struct RowMatrices {
  RowJet row;
  Eigen::MatrixXd even_phi4, odd_phi4;  ///< with φ⁴ on one site
};

[[nodiscard]] RowMatrices row_matrices(const BondBasis& basis, const RowStates& states);

}  // namespace nmc
