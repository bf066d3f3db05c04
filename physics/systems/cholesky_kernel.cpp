#include <Eigen/SparseCholesky>
#include <utility>
#include <vector>

#include "core/errors.hpp"
#include "core/linear/factors.hpp"
#include "physics/systems/dual_kernel.hpp"

namespace nmc {

namespace {

using Sparse = Eigen::SparseMatrix<double>;

/// P K Pᵀ = L Lᵀ: row r of L belongs to site order[r].
struct Factor {
  Sparse L;
  std::vector<Index> order;
};

Sparse kernel_matrix(const Adjacency& adjacency, double beta, double alpha) {
  const Index sites = static_cast<Index>(adjacency.first.size()) - 1;
  std::vector<Eigen::Triplet<double>> entries;
  for (Index i = 0; i < sites; ++i) {
    entries.emplace_back(static_cast<int>(i), static_cast<int>(i), alpha);
    for (Index n = adjacency.first[i]; n < adjacency.first[i + 1]; ++n)
      entries.emplace_back(static_cast<int>(i), static_cast<int>(adjacency.neighbour[n]),
                           beta * adjacency.J[n]);
  }
  Sparse K(sites, sites);
  K.setFromTriplets(entries.begin(), entries.end());
  return K;
}

void require_factor(bool is_positive) {
  if (!is_positive) throw NumericalError("the matrix of the dual field is not positive");
}

Factor dense_factor(const Sparse& K) {
  const linear::CholeskyFactor dense = linear::cholesky_factor(Eigen::MatrixXd(K));
  require_factor(dense.is_positive);
  Factor factor{dense.L.sparseView(), {}};
  for (Index i = 0; i < K.rows(); ++i) factor.order.push_back(i);
  return factor;
}

Factor sparse_factor(const Sparse& K) {
  const Eigen::SimplicialLLT<Sparse> llt(K);
  require_factor(llt.info() == Eigen::Success);
  Factor factor{Sparse(llt.matrixL()), std::vector<Index>(K.rows())};
  for (Index i = 0; i < K.rows(); ++i) factor.order[llt.permutationP().indices()(i)] = i;
  return factor;
}

/// Substitution with the factor, one site of all chains at a time: each chain's numbers come from
/// the same operations whatever the batch.
class CholeskyKernel final : public DualKernel {
 public:
  CholeskyKernel(Adjacency adjacency, double beta, double alpha, Factor factor)
      : DualKernel(std::move(adjacency), beta, alpha), factor_(std::move(factor)) {
    for (Index r = 0; r < factor_.L.cols(); ++r) ln_det_ += 2 * std::log(factor_.L.coeff(r, r));
  }

  [[nodiscard]] double ln_det() const override { return ln_det_; }

  void apply_inverse(const Batch& x, Batch& y) const override {
    Batch w(x.rows(), x.cols());
    for (Index r = 0; r < x.cols(); ++r) w.col(r) = x.col(factor_.order[r]);
    for (Index r = 0; r < x.cols(); ++r) {  // L w ← w, diagonal entry first in each column of L
      Sparse::InnerIterator entry(factor_.L, r);
      w.col(r) /= entry.value();
      for (++entry; entry; ++entry) w.col(entry.row()) -= entry.value() * w.col(r);
    }
    for (Index r = x.cols() - 1; r >= 0; --r) {  // Lᵀ w ← w
      Sparse::InnerIterator entry(factor_.L, r);
      const double diagonal = entry.value();
      for (++entry; entry; ++entry) w.col(r) -= entry.value() * w.col(entry.row());
      w.col(r) /= diagonal;
    }
    y.resize(x.rows(), x.cols());
    for (Index r = 0; r < x.cols(); ++r) y.col(factor_.order[r]) = w.col(r);
  }

  [[nodiscard]] Batch apply_sqrt(const Batch& n) const override {
    Batch y = Batch::Zero(n.rows(), n.cols());
    for (Index r = 0; r < n.cols(); ++r)
      for (Sparse::InnerIterator entry(factor_.L, r); entry; ++entry)
        y.col(factor_.order[entry.row()]) += entry.value() * n.col(r);
    return y;
  }

 private:
  Factor factor_;
  double ln_det_ = 0;
};

std::unique_ptr<const DualKernel> make(const Graph& graph, double beta,
                                       Factor (*factorise)(const Sparse&)) {
  const double alpha = dual_gap - beta * smallest_eigenvalue(graph);
  Adjacency neighbours = adjacency(graph);
  Factor factor = factorise(kernel_matrix(neighbours, beta, alpha));
  return std::make_unique<CholeskyKernel>(std::move(neighbours), beta, alpha, std::move(factor));
}

}  // namespace

std::unique_ptr<const DualKernel> make_dense_kernel(const Graph& graph, double beta) {
  return make(graph, beta, dense_factor);
}

std::unique_ptr<const DualKernel> make_sparse_kernel(const Graph& graph, double beta) {
  return make(graph, beta, sparse_factor);
}

}  // namespace nmc
