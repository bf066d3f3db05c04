#pragma once

#include "models/flows/map/coupling_kernel.hpp"

namespace nmc {

/// Numbers of a bend layer at one condition, (sites) each.
struct Bends {
  const double* kappa;
  const double* left;
  const double* right;
};

/// Where gradients by them are added.
struct BendGradient {
  double* kappa;
  double* left;
  double* right;
};

/// Generation y = f(f(x; κ, left); −κ, right), log_det += Σ ln y', on every site by itself, with
///   f(x; κ, p) = x + (e^κ − 1) h(x − p),   h(u) = (u + √(u² + 1)) / 2,
/// one branch of a hyperbola: slope 1 before p, e^κ after it. Its inverse is u = x − p with
///   u = (A r − B √(r² + s)) / s,   r = y − p, s = e^κ, A = (s + 1)/2, B = (s − 1)/2.
void bend(const Bends& bends, Index sites, Direction way, TileView<float> tile);
void bend(const Bends& bends, Index sites, Direction way, TileView<double> tile);
/// Vector-Jacobian product of bend() in the same direction; `grad` may be null.
void bend_vjp(const Bends& bends, Index sites, Direction way, const TileVjp<float>& tile,
              const BendGradient* grad);
void bend_vjp(const Bends& bends, Index sites, Direction way, const TileVjp<double>& tile,
              const BendGradient* grad);

}  // namespace nmc
