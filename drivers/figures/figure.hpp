#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "drivers/figures/scale.hpp"

/// Figures as data, which drivers/figures draws as SVG and writes out as numbers.
namespace nmc::figures {

enum class Mark {
  line,    ///< through (x, y); breaks where a number is not finite
  points,  ///< markers at (x, y), with error bars where there are errors
  both,    ///< points joined by a line
  band,    ///< from y - error to y + error along x; breaks as a line
  banded,  ///< a line in its band
  step,    ///< y[i] from x[i] to x[i + 1]: x has one number more than y
  bars,    ///< the same, filled down to 0
  level,   ///< a line across at y[0]
  mark_x,  ///< a line up at x[0]
};

/// The looks of what is no curve of its own.
inline constexpr int kReference = -1;  ///< of an exact value, a bound

struct Series {
  std::string name;  ///< in the legend; "" is left out of it
  Mark mark = Mark::line;
  std::vector<double> x, y;
  std::vector<double> error{};  ///< of y, one standard error; may be empty
  int look = 0;                 ///< colour, dashes and marker; kReference
  std::string column{};         ///< its name among the numbers, where the legend has none
};

struct Axis {
  std::string label;
  bool is_log = false;
  std::optional<Span> range{};  ///< instead of all numbers; what lies beyond runs along the frame
};

struct Figure {
  std::string title;        ///< what it shows, in some words
  std::string description;  ///< for who does not see it: what it shows, in numbers
  Axis x, y;
  std::vector<Series> series;
};

/// Whether there is anything to be drawn.
[[nodiscard]] bool has_marks(const Figure& figure);

/// All numbers, as tab-separated columns under a line of names: a block for each x.
[[nodiscard]] std::string numbers(const Figure& figure);

}  // namespace nmc::figures
