#pragma once

#include <memory>

#include "core/batch.hpp"
#include "core/spins/graph.hpp"

namespace nmc {

/// The positive matrix of the dual Ising field, K = βA + α·1 with α = 0.1 − λ_min(βA), A the
/// coupling matrix of a graph. Every function acts on each chain of a (chains, sites) batch.
class DualKernel {
 public:
  virtual ~DualKernel() = default;
  [[nodiscard]] Index sites() const { return static_cast<Index>(adjacency_.first.size()) - 1; }
  [[nodiscard]] double alpha() const { return alpha_; }
  [[nodiscard]] virtual double ln_det() const = 0;
  /// K x: the stencil of the graph.
  [[nodiscard]] Batch apply(const Batch& x) const;
  /// y = K⁻¹ x; y is resized and may be x itself.
  virtual void apply_inverse(const Batch& x, Batch& y) const = 0;
  /// R n with R Rᵀ = K, so that standard normals n become N(0, K).
  [[nodiscard]] virtual Batch apply_sqrt(const Batch& n) const = 0;

 protected:
  DualKernel(Adjacency adjacency, double beta, double alpha);

  Adjacency adjacency_;
  double beta_;
  double alpha_;
};

/// Smallest eigenvalue of K (conventions.md, section 3).
inline constexpr double dual_gap = 0.1;

/// Fourier transforms where graph.torus is set, a Cholesky factor (dense or sparse) elsewhere.
[[nodiscard]] std::unique_ptr<const DualKernel> make_dual_kernel(const Graph& graph, double beta);
/// The two ways, for the tests that compare them.
[[nodiscard]] std::unique_ptr<const DualKernel> make_torus_kernel(const Graph& graph, double beta);
[[nodiscard]] std::unique_ptr<const DualKernel> make_dense_kernel(const Graph& graph, double beta);
[[nodiscard]] std::unique_ptr<const DualKernel> make_sparse_kernel(const Graph& graph, double beta);

/// Smallest eigenvalue of the coupling matrix: on a torus from the closed form, up to 1000 sites by
/// a dense solver, beyond by Lanczos with full reorthogonalisation, whose error is below 1e-9 of
/// the largest |eigenvalue|.
[[nodiscard]] double smallest_eigenvalue(const Graph& graph);
/// Lanczos for any size, for the tests.
[[nodiscard]] double smallest_eigenvalue_lanczos(const Adjacency& adjacency);
/// 2 Σ_μ cos(2π k_μ / L_μ) for every wave vector k, (sites), numbered like sites; a direction of
/// extent 1 has no bonds and adds nothing.
[[nodiscard]] Column torus_eigenvalues(const std::vector<Index>& extents);

}  // namespace nmc
