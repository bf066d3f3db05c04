#pragma once

#include <string>

#include "drivers/figures/figure.hpp"

namespace nmc::figures {

/// The figure as an element of a page, which has figure_css(true); `id` is its own there.
[[nodiscard]] std::string figure_svg(const Figure& figure, const std::string& id);

/// The figure as a file of its own, 86 mm wide, a column of a journal.
[[nodiscard]] std::string figure_file(const Figure& figure);

}  // namespace nmc::figures
