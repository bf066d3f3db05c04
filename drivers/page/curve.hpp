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
  /// The curve itself, from all draws at once; a gap where a value is not finite. May be empty.
  std::vector<CurvePoint> between{};
};

/// Where two curves cross.
struct CrossingMark {
  double x = 0;
  std::string words;  ///< "L = 8 and 16: 0.6146(5) at β = 0.4418(2)"
};

/// What a figure of curves is about.
struct CurveWords {
  std::string observable, x;  ///< labels of the axes
  std::string note{};         ///< what was left out and why; may be empty
  std::vector<CrossingMark> crossings{};
};

/// Points with error bars, on their curves with bands of one error where there are any, else joined
/// by lines, the exact values where they are known, and uprights at crossings. What was
/// refused must not be among the points.
[[nodiscard]] figures::Figure curves_figure(const std::vector<Curve>& curves,
                                            const CurveWords& words);

}  // namespace nmc::drivers::page
