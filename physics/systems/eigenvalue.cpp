#include <Eigen/Core>
#include <cmath>

#include "core/errors.hpp"
#include "core/linear/factors.hpp"
#include "core/random/streams.hpp"
#include "physics/systems/dual_kernel.hpp"

namespace nmc {

namespace {

/// A dense solver needs about a second here.
constexpr Index dense_eigen_limit = 1000;
/// The error of a Ritz value is at most its residual: |A v − θ v| <= tolerance · max |θ|.
constexpr double tolerance = 1e-9;
constexpr Index max_krylov = 600;

using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd dense_matrix(const Adjacency& adjacency) {
  const Index sites = static_cast<Index>(adjacency.first.size()) - 1;
  MatrixXd A = MatrixXd::Zero(sites, sites);
  for (Index i = 0; i < sites; ++i)
    for (Index n = adjacency.first[i]; n < adjacency.first[i + 1]; ++n)
      A(i, adjacency.neighbour[n]) = adjacency.J[n];
  return A;
}

VectorXd multiply(const Adjacency& adjacency, const VectorXd& v) {
  VectorXd result = VectorXd::Zero(v.size());
  for (Index i = 0; i < v.size(); ++i)
    for (Index n = adjacency.first[i]; n < adjacency.first[i + 1]; ++n)
      result(i) += adjacency.J[n] * v(adjacency.neighbour[n]);
  return result;
}

/// A fixed start without symmetry, so that it has a component along every eigenvector.
VectorXd start_vector(Index sites) {
  Batch normals(1, sites);
  fill_normal({.seed = 1, .step = 0, .first_chain = 0, .purpose = Purpose::disorder}, normals);
  return normals.matrix().row(0).transpose().normalized();
}

}  // namespace

double smallest_eigenvalue_lanczos(const Adjacency& adjacency) {
  const Index sites = static_cast<Index>(adjacency.first.size()) - 1;
  const Index size = std::min(max_krylov, sites);
  MatrixXd basis(sites, size);
  VectorXd diagonal(size), offdiagonal(size);
  VectorXd v = start_vector(sites);
  for (Index m = 0; m < size; ++m) {
    basis.col(m) = v;
    VectorXd w = multiply(adjacency, v);
    diagonal(m) = w.dot(v);
    // Twice is enough to keep the basis orthogonal to rounding (Giraud et al. 2005).
    for (int pass = 0; pass < 2; ++pass)
      w -= basis.leftCols(m + 1) * (basis.leftCols(m + 1).transpose() * w);
    offdiagonal(m) = w.norm();
    const bool is_checked = m % 10 == 9 || m + 1 == size || offdiagonal(m) == 0;
    if (is_checked) {
      const linear::Eigenpairs ritz =
          linear::tridiagonal_eigenpairs(diagonal.head(m + 1), offdiagonal.head(m));
      const double scale = ritz.values.cwiseAbs().maxCoeff();
      const double residual = offdiagonal(m) * std::abs(ritz.vectors(m, 0));
      if (m + 1 == sites || residual <= tolerance * scale) return ritz.values(0);
    }
    v = w / offdiagonal(m);
  }
  throw NumericalError("Lanczos did not find the smallest eigenvalue of the coupling matrix");
}

double smallest_eigenvalue(const Graph& graph) {
  if (!graph.torus.empty()) return torus_eigenvalues(graph.torus).minCoeff();
  const Adjacency neighbours = adjacency(graph);
  if (graph.sites > dense_eigen_limit) return smallest_eigenvalue_lanczos(neighbours);
  return linear::symmetric_eigenvalues(dense_matrix(neighbours))(0);
}

}  // namespace nmc
