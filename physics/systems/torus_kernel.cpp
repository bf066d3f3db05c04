#include <cmath>
#include <numbers>
#include <utility>

#include "core/fourier/torus_filter.hpp"
#include "physics/systems/dual_kernel.hpp"

namespace nmc {

Column torus_eigenvalues(const std::vector<Index>& extents) {
  Column lambda = Column::Zero(1);
  for (const Index extent : extents) {
    Column wider(lambda.size() * extent);
    for (Index k = 0; k < extent; ++k) {
      const double angle =
          2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(extent);
      const double bond = extent > 1 ? 2 * std::cos(angle) : 0;
      wider.segment(k * lambda.size(), lambda.size()) = lambda + bond;
    }
    lambda = std::move(wider);
  }
  return lambda;
}

namespace {

/// K on a torus is diagonal in wave vectors: λ(k) = α + 2β Σ_μ cos k_μ.
class TorusKernel final : public DualKernel {
 public:
  TorusKernel(const Graph& graph, double beta, const Column& eigenvalues)
      : DualKernel(adjacency(graph), beta, dual_gap - beta * eigenvalues.minCoeff()),
        filter_(graph.torus) {
    const Column lambda = alpha_ + beta * eigenvalues;
    ln_det_ = lambda.log().sum();
    inverse_ = pack(lambda.inverse());
    sqrt_ = pack(lambda.sqrt());
  }

  [[nodiscard]] double ln_det() const override { return ln_det_; }
  void apply_inverse(const Batch& x, Batch& y) const override { filter_.apply(inverse_, x, y); }
  [[nodiscard]] Batch apply_sqrt(const Batch& n) const override {
    Batch y;
    filter_.apply(sqrt_, n, y);
    return y;
  }

 private:
  [[nodiscard]] std::vector<double> pack(const Column& multiplier) const {
    return filter_.pack({multiplier.data(), static_cast<std::size_t>(multiplier.size())});
  }

  TorusFilter filter_;
  double ln_det_ = 0;
  std::vector<double> inverse_;
  std::vector<double> sqrt_;
};

}  // namespace

std::unique_ptr<const DualKernel> make_torus_kernel(const Graph& graph, double beta) {
  return std::make_unique<TorusKernel>(graph, beta, torus_eigenvalues(graph.torus));
}

}  // namespace nmc
