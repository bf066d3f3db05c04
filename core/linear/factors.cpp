#include "core/linear/factors.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>
#include <algorithm>
#include <utility>

namespace nmc::linear {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using SymmetricSolver = Eigen::SelfAdjointEigenSolver<MatrixXd>;

}  // namespace

Eigenpairs symmetric_eigenpairs(const MatrixXd& A) {
  const SymmetricSolver solver(A);
  return {solver.eigenvalues(), solver.eigenvectors()};
}

VectorXd symmetric_eigenvalues(const MatrixXd& A) {
  return SymmetricSolver(A, Eigen::EigenvaluesOnly).eigenvalues();
}

Eigenpairs tridiagonal_eigenpairs(const VectorXd& diagonal, const VectorXd& beside) {
  SymmetricSolver solver;
  solver.computeFromTridiagonal(diagonal, beside);
  return {solver.eigenvalues(), solver.eigenvectors()};
}

VectorXd tridiagonal_eigenvalues(const VectorXd& diagonal, const VectorXd& beside) {
  SymmetricSolver solver;
  solver.computeFromTridiagonal(diagonal, beside, Eigen::EigenvaluesOnly);
  return solver.eigenvalues();
}

Eigen::VectorXcd eigenvalues(const MatrixXd& A) {
  return Eigen::EigenSolver<MatrixXd>(A, false).eigenvalues();
}

ThinQr thin_qr(const MatrixXd& A) {
  const Eigen::Index rank = std::min(A.rows(), A.cols());
  const Eigen::HouseholderQR<MatrixXd> qr(A);
  return {qr.householderQ() * MatrixXd::Identity(A.rows(), rank),
          qr.matrixQR().topRows(rank).triangularView<Eigen::Upper>()};
}

MatrixXd qr_triangle(MatrixXd A) {
  const Eigen::Index rank = std::min(A.rows(), A.cols());
  Eigen::HouseholderQR<Eigen::Ref<MatrixXd>> qr(A);
  return A.topRows(rank).triangularView<Eigen::Upper>();
}

VectorXd shortest_solution(const MatrixXd& A, const VectorXd& b, double threshold) {
  Eigen::CompleteOrthogonalDecomposition<MatrixXd> solver;
  if (threshold > 0) solver.setThreshold(threshold);
  return solver.compute(A).solve(b);
}

VectorXd solve_ldlt(const MatrixXd& A, const VectorXd& b) {
  return A.ldlt().solve(b);
}

MatrixXd solve_ldlt(const MatrixXd& A, const MatrixXd& B) {
  return A.ldlt().solve(B);
}

VectorXd ldlt_diagonal(const MatrixXd& A) {
  return A.ldlt().vectorD();
}

MatrixXd inverse_of_positive(const MatrixXd& A) {
  return A.llt().solve(MatrixXd::Identity(A.rows(), A.cols()));
}

CholeskyFactor cholesky_factor(const MatrixXd& A) {
  const Eigen::LLT<MatrixXd> llt(A);
  return {llt.matrixL(), llt.info() == Eigen::Success};
}

MatrixXd solve_lu(const MatrixXd& A, const MatrixXd& B) {
  return A.partialPivLu().solve(B);
}

double determinant(const MatrixXd& A) {
  return A.partialPivLu().determinant();
}

MatrixXd inverse(const MatrixXd& A) {
  return A.partialPivLu().inverse();
}

}  // namespace nmc::linear
