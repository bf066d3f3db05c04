#include "physics/systems/dual_kernel.hpp"

#include <utility>

#include "physics/systems/ising.hpp"

namespace nmc {

namespace {

/// Up to here a dense factor is faster to make than a sparse one and still small (2 MB).
constexpr Index dense_limit = 512;

}  // namespace

DualKernel::DualKernel(Adjacency adjacency, double beta, double alpha)
    : adjacency_(std::move(adjacency)), beta_(beta), alpha_(alpha) {}

Batch DualKernel::apply(const Batch& x) const {
  return apply_stencil(adjacency_, x, alpha_, beta_);
}

std::unique_ptr<const DualKernel> make_dual_kernel(const Graph& graph, double beta) {
  check(graph);
  check_beta(beta);
  if (!graph.torus.empty()) return make_torus_kernel(graph, beta);
  return graph.sites <= dense_limit ? make_dense_kernel(graph, beta)
                                    : make_sparse_kernel(graph, beta);
}

}  // namespace nmc
