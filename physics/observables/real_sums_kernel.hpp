#pragma once

#include "core/fields/lattice_field.hpp"

namespace nmc {

/// Sums over the sites of one batch, one column each, (chains, count): of x and g.
struct RealSums {
  enum Sum { x, x2, x4, g, xg, x2g, x3g, x5g, axg, axag, count };
  /// A of the stencil's couplings: axg = Σ (A x)_i g_i, axag = Σ (A x)_i (A g)_i; null: zeros.
  [[nodiscard]] static Batch of(const Batch& x, const Batch& g, const FieldStencil* stencil);
};

namespace real_sums_detail {

/// Column-major batches of `chains` chains.
struct View {
  const double *x, *g;
  Index chains, sites;
  const FieldStencil* stencil;
};

/// sums, (chains, RealSums::count).
void add_up(const View& view, double* sums);

}  // namespace real_sums_detail
}  // namespace nmc
