#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drivers/figures/figure.hpp"

namespace nmc::drivers::page {

/// A result at one place of a curve.
struct CurvePoint {
  double x = 0;
  double value = 0, error = 0;
  std::optional<double> exact{};
};

/// Results of one name along x, in its order.
struct Curve {
  std::string name;  ///< in the legend; "" where there is one curve
  std::vector<CurvePoint> points;
};

/// What a figure of curves is about.
struct CurveWords {
  std::string observable, x;  ///< labels of the axes
  std::string note{};         ///< what was left out and why; may be empty
};

/// Points with error bars, joined by lines, and the exact values where they are known. What was
/// refused must not be among the points.
[[nodiscard]] figures::Figure curves_figure(const std::vector<Curve>& curves,
                                            const CurveWords& words);

}  // namespace nmc::drivers::page
