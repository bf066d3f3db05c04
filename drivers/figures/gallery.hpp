#pragma once

#include <string>
#include <vector>

#include "core/batch.hpp"
#include "drivers/figures/scale.hpp"

namespace nmc::figures {

/// A picture of numbers on a grid, row after row; row 0 is drawn at the bottom.
struct Image {
  std::string label;
  Index width = 0, height = 0;
  std::vector<double> values;
};

enum class Palette {
  two,     ///< negative dark, others light
  levels,  ///< ten levels of lightness, dark is low (cividis, Nuñez et al., PLoS ONE 13, e0199239)
  arrows,  ///< angles, 0 to the right and growing against the clock
};

/// Pictures side by side.
struct Gallery {
  std::string title, description;
  Palette palette = Palette::levels;
  Span range;  ///< of the levels
  std::vector<Image> images;
};

/// As an element of a page; `id` is its own there.
[[nodiscard]] std::string gallery_svg(const Gallery& gallery, const std::string& id);

/// All numbers: of each image its label and its rows, as they are drawn.
[[nodiscard]] std::string numbers(const Gallery& gallery);

}  // namespace nmc::figures
