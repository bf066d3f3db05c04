#pragma once

#include <Eigen/Core>

/// Dense matrices large enough that the BLAS and the LAPACK of the machine are worth a call, on one
/// thread. The same bits on one kind of CPU.
namespace nmc::linear {

/// C += A B.
void add_product(const Eigen::Ref<const Eigen::MatrixXd>& A,
                 const Eigen::Ref<const Eigen::MatrixXd>& B, Eigen::Ref<Eigen::MatrixXd> C);
/// C += Aᵀ B.
void add_transposed_product(const Eigen::Ref<const Eigen::MatrixXd>& A,
                            const Eigen::Ref<const Eigen::MatrixXd>& B,
                            Eigen::Ref<Eigen::MatrixXd> C);
/// C += A Bᵀ.
void add_product_transposed(const Eigen::Ref<const Eigen::MatrixXd>& A,
                            const Eigen::Ref<const Eigen::MatrixXd>& B,
                            Eigen::Ref<Eigen::MatrixXd> C);

/// C += A Aᵀ, of which the lower triangle alone is written.
void add_gram(const Eigen::Ref<const Eigen::MatrixXd>& A, Eigen::Ref<Eigen::MatrixXd> C);
/// C += Aᵀ A, the same.
void add_transposed_gram(const Eigen::Ref<const Eigen::MatrixXd>& A, Eigen::Ref<Eigen::MatrixXd> C);
/// x of A x = b by Cholesky's factors of the positive matrix A, of which the lower triangle is read
/// and overwritten. Throws NumericalError where A is not positive.
[[nodiscard]] Eigen::VectorXd solve_positive(Eigen::Ref<Eigen::MatrixXd> A, Eigen::VectorXd b);

/// A = U diag(values) Vᵀ with as many values as the smaller of rows and columns, the largest first.
struct Svd {
  Eigen::MatrixXd U;
  Eigen::VectorXd values;
  Eigen::MatrixXd Vt;
};
/// Throws NumericalError where A holds a number that is not finite.
[[nodiscard]] Svd thin_svd(Eigen::MatrixXd A);

}  // namespace nmc::linear
