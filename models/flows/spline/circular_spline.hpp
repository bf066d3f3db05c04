#pragma once

namespace nmc {

/// Least share of a bin in the circle, and least slope at a knot, of circular splines.
inline constexpr double kLeastBin = 1e-3, kLeastSlope = 1e-3;

/// Numbers that a spline of `bins` bins is made from: widths, heights and slopes, and a rotation.
[[nodiscard]] constexpr int spline_numbers(int bins) {
  return 3 * bins + 1;
}

}  // namespace nmc
