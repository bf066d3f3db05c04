#pragma once

#include "models/flows/map/coupling_kernel.hpp"
#include "models/flows/spline/circular_spline.hpp"

namespace nmc {

/// Numbers that a spline of the line is made from: widths and heights of the bins, and slopes at
/// the knots between them.
[[nodiscard]] constexpr int line_spline_numbers(int bins) {
  return 3 * bins - 1;
}

/// One coupling of real numbers by splines.
template <class T>
struct SplineNet {
  int bins = 0;
  double bound = 0;    ///< B: the spline maps [−B, B] to itself
  int conditions = 0;  ///< numbers that the net reads beside the kept ones
  simd::Activation activation = simd::Activation::elu;
  std::vector<int> kept, moved;  ///< sites
  PackedNet<T> net;  ///< from the kept numbers to line_spline_numbers() of each moved one
};

/// Rational-quadratic splines with linear tails (Durkan, Bekasov, Murray and Papamakarios 2019,
/// arXiv:1906.04032, section 3.1): y ← F(y) in generation and its inverse in inference, F(±B) = ±B,
/// F'(±B) = 1, F(y) = y outside; log_det += ± ln F'. The spline is that of the circle, u = π (y +
/// B)/B, with the slope 1 where its ends meet.
void couple_splines(const SplineNet<float>&, Direction, TileView<double>);
void couple_splines(const SplineNet<double>&, Direction, TileView<double>);

/// Vector-Jacobian product of couple_splines() in the same direction, recomputing its input.
void couple_splines_vjp(const SplineNet<float>&, Direction, const TileVjp<double>&);
void couple_splines_vjp(const SplineNet<double>&, Direction, const TileVjp<double>&);

}  // namespace nmc
