#pragma once

#include <Eigen/Core>

/// Factorisations by Eigen: the same bits on every machine. They take seconds to compile wherever
/// they are asked for, so that they are asked for here.
namespace nmc::linear {

/// Of a symmetric matrix, in ascending order, with the vectors as columns.
struct Eigenpairs {
  Eigen::VectorXd values;
  Eigen::MatrixXd vectors;
};
/// Of a symmetric matrix, of which the lower triangle is read.
[[nodiscard]] Eigenpairs symmetric_eigenpairs(const Eigen::MatrixXd& A);
[[nodiscard]] Eigen::VectorXd symmetric_eigenvalues(const Eigen::MatrixXd& A);
/// Of the symmetric matrix with these n numbers on its diagonal, and n - 1 beside it.
[[nodiscard]] Eigenpairs tridiagonal_eigenpairs(const Eigen::VectorXd& diagonal,
                                                const Eigen::VectorXd& beside);
[[nodiscard]] Eigen::VectorXd tridiagonal_eigenvalues(const Eigen::VectorXd& diagonal,
                                                      const Eigen::VectorXd& beside);
/// Of any square matrix, in no order.
[[nodiscard]] Eigen::VectorXcd eigenvalues(const Eigen::MatrixXd& A);

/// A = Q R with as many columns of Q, orthonormal, as the smaller of rows and columns.
struct ThinQr {
  Eigen::MatrixXd Q, R;
};
[[nodiscard]] ThinQr thin_qr(const Eigen::MatrixXd& A);
/// R alone.
[[nodiscard]] Eigen::MatrixXd qr_triangle(Eigen::MatrixXd A);

/// The vector of least norm among those that bring A x nearest to b; what is below `threshold` of
/// the largest pivot counts as dependent, 0 for the accuracy of the numbers.
[[nodiscard]] Eigen::VectorXd shortest_solution(const Eigen::MatrixXd& A, const Eigen::VectorXd& b,
                                                double threshold = 0);

/// X of A X = B for a symmetric A that is positive or nearly so, by L D Lᵀ with pivots.
[[nodiscard]] Eigen::VectorXd solve_ldlt(const Eigen::MatrixXd& A, const Eigen::VectorXd& b);
[[nodiscard]] Eigen::MatrixXd solve_ldlt(const Eigen::MatrixXd& A, const Eigen::MatrixXd& B);
/// Numbers of D in L D Lᵀ = P A Pᵀ.
[[nodiscard]] Eigen::VectorXd ldlt_diagonal(const Eigen::MatrixXd& A);

/// A⁻¹ of a symmetric positive A by L Lᵀ; not finite or not the inverse where A is not positive.
[[nodiscard]] Eigen::MatrixXd inverse_of_positive(const Eigen::MatrixXd& A);
/// L of A = L Lᵀ, zeros above its diagonal; whether A is positive says `is_positive`.
struct CholeskyFactor {
  Eigen::MatrixXd L;
  bool is_positive = false;
};
[[nodiscard]] CholeskyFactor cholesky_factor(const Eigen::MatrixXd& A);

/// X of A X = B, by L U with pivots.
[[nodiscard]] Eigen::MatrixXd solve_lu(const Eigen::MatrixXd& A, const Eigen::MatrixXd& B);
[[nodiscard]] double determinant(const Eigen::MatrixXd& A);
[[nodiscard]] Eigen::MatrixXd inverse(const Eigen::MatrixXd& A);

}  // namespace nmc::linear
