#pragma once

#include <string>

#include "drivers/figures/figure.hpp"

namespace nmc::figures {

/// Units of a figure that is a column of a journal wide, whose letters are 12 units high.
inline constexpr double kWidth = 420, kHeight = 270;

/// Where a figure lies and how its numbers become places.
struct Frame {
  Scale x, y;
};

/// Room for ticks, labels and legend at the sides, the rest for the numbers.
[[nodiscard]] Frame frame_of(const Figure& figure);
/// Ticks, grid, labels and the outline.
[[nodiscard]] std::string axes_svg(const Figure& figure, const Frame& frame);
/// Samples and names of the series that have one, in rows above the frame.
[[nodiscard]] std::string legend_svg(const Figure& figure);

}  // namespace nmc::figures
