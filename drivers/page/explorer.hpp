#pragma once

#include <string>
#include <vector>

#include "core/batch.hpp"

namespace nmc::drivers::page {

/// Pictures on a grid of a few numbers, computed beforehand, with a slider for each number. Without
/// the script the picture in the middle is shown alone.
struct Explorer {
  std::string caption;
  std::vector<std::string> sliders;  ///< what each slider is of
  std::vector<double> positions;     ///< of every slider, ascending, an odd number of them
  Index width = 0, height = 0;       ///< of a picture
  /// (positions^sliders, width · height): the first slider moves fastest; row 0 at the bottom.
  Batch pictures;
  std::vector<std::string> readings;  ///< names of the numbers that are read off
  Batch values;                       ///< (positions^sliders, readings)
};

/// As an element of a page; `id` is its own there.
[[nodiscard]] std::string explorer_html(const Explorer& explorer, const std::string& id);

/// Moves the pictures; holds neither & nor <, so that the page is XML as well.
[[nodiscard]] std::string explorer_script();
[[nodiscard]] std::string explorer_css();

}  // namespace nmc::drivers::page
