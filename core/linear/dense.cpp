#include "core/linear/dense.hpp"

#include <algorithm>
#include <vector>

#include "core/errors.hpp"

extern "C" {
/// transa, transb, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc.
using Gemm = void(const char*, const char*, const int*, const int*, const int*, const double*,
                  const double*, const int*, const double*, const int*, const double*, double*,
                  const int*);
/// jobz, m, n, A, lda, values, U, ldu, Vᵀ, ldvt, work, lwork, iwork, info.
using Gesdd = void(const char*, const int*, const int*, double*, const int*, double*, double*,
                   const int*, double*, const int*, double*, const int*, int*, int*);
/// uplo, trans, n, k, alpha, A, lda, beta, C, ldc.
using Syrk = void(const char*, const char*, const int*, const int*, const double*, const double*,
                  const int*, const double*, double*, const int*);
/// uplo, n, columns of b, A, lda, b, ldb, info.
using Posv = void(const char*, const int*, const int*, double*, const int*, double*, const int*,
                  int*);
extern Gemm dgemm_;
extern Syrk dsyrk_;
extern Posv dposv_;
extern Gesdd dgesdd_;
}

namespace nmc::linear {
namespace {

using Eigen::MatrixXd;

int stride_of(const Eigen::Ref<const MatrixXd>& A) {
  return std::max(1, static_cast<int>(A.outerStride()));
}

void add_square(const char* trans, const Eigen::Ref<const MatrixXd>& A, Eigen::Ref<MatrixXd> C) {
  const bool is_transposed = *trans == 'T';
  const int n = static_cast<int>(C.rows()),
            k = static_cast<int>(is_transposed ? A.rows() : A.cols());
  if (n == 0 || k == 0) return;
  const int lda = stride_of(A), ldc = stride_of(C);
  const double one = 1;
  dsyrk_("L", trans, &n, &k, &one, A.data(), &lda, &one, C.data(), &ldc);
}

}  // namespace

void add_product(const Eigen::Ref<const MatrixXd>& A, const Eigen::Ref<const MatrixXd>& B,
                 Eigen::Ref<MatrixXd> C) {
  const int m = static_cast<int>(C.rows()), n = static_cast<int>(C.cols()),
            k = static_cast<int>(A.cols());
  if (m == 0 || n == 0 || k == 0) return;
  const int lda = stride_of(A), ldb = stride_of(B), ldc = stride_of(C);
  const double one = 1;
  dgemm_("N", "N", &m, &n, &k, &one, A.data(), &lda, B.data(), &ldb, &one, C.data(), &ldc);
}

void add_transposed_product(const Eigen::Ref<const MatrixXd>& A,
                            const Eigen::Ref<const MatrixXd>& B, Eigen::Ref<MatrixXd> C) {
  const int m = static_cast<int>(C.rows()), n = static_cast<int>(C.cols()),
            k = static_cast<int>(A.rows());
  if (m == 0 || n == 0 || k == 0) return;
  const int lda = stride_of(A), ldb = stride_of(B), ldc = stride_of(C);
  const double one = 1;
  dgemm_("T", "N", &m, &n, &k, &one, A.data(), &lda, B.data(), &ldb, &one, C.data(), &ldc);
}

void add_product_transposed(const Eigen::Ref<const MatrixXd>& A,
                            const Eigen::Ref<const MatrixXd>& B, Eigen::Ref<MatrixXd> C) {
  const int m = static_cast<int>(C.rows()), n = static_cast<int>(C.cols()),
            k = static_cast<int>(A.cols());
  if (m == 0 || n == 0 || k == 0) return;
  const int lda = stride_of(A), ldb = stride_of(B), ldc = stride_of(C);
  const double one = 1;
  dgemm_("N", "T", &m, &n, &k, &one, A.data(), &lda, B.data(), &ldb, &one, C.data(), &ldc);
}

void add_gram(const Eigen::Ref<const MatrixXd>& A, Eigen::Ref<MatrixXd> C) {
  add_square("N", A, C);
}

void add_transposed_gram(const Eigen::Ref<const MatrixXd>& A, Eigen::Ref<MatrixXd> C) {
  add_square("T", A, C);
}

Eigen::VectorXd solve_positive(Eigen::Ref<MatrixXd> A, Eigen::VectorXd b) {
  const int n = static_cast<int>(A.rows()), lda = stride_of(A), one = 1;
  int info = 0;
  dposv_("L", &n, &one, A.data(), &lda, b.data(), &n, &info);
  if (info != 0) throw NumericalError("a matrix that should be positive is not");
  return b;
}

Svd thin_svd(MatrixXd A) {
  if (!A.allFinite()) throw NumericalError("a matrix to be decomposed holds no finite numbers");
  const int m = static_cast<int>(A.rows()), n = static_cast<int>(A.cols()), rank = std::min(m, n);
  Svd svd{MatrixXd(m, rank), Eigen::VectorXd(rank), MatrixXd(rank, n)};
  std::vector<int> scratch(static_cast<std::size_t>(8 * rank));
  double best = 0;
  int size = -1, info = 0;
  const auto call = [&](double* work) {
    dgesdd_("S", &m, &n, A.data(), &m, svd.values.data(), svd.U.data(), &m, svd.Vt.data(), &rank,
            work, &size, scratch.data(), &info);
  };
  call(&best);
  size = static_cast<int>(best);
  std::vector<double> work(static_cast<std::size_t>(size));
  call(work.data());
  if (info != 0) throw NumericalError("a singular value decomposition did not converge");
  return svd;
}

}  // namespace nmc::linear
