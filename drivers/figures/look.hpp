#pragma once

#include <string>

namespace nmc::figures {

/// Looks that differ in colour, dashes and marker; then they come again.
inline constexpr int kLooks = 6;

/// Rules for the classes of a figure. In a page colours are variables, which its style sets; a file
/// of its own has them as they are, since not every program reads variables.
[[nodiscard]] std::string figure_css(bool is_in_a_page);

/// The variables of figures: dark ink on light paper, and the reverse.
[[nodiscard]] std::string light_variables();
[[nodiscard]] std::string dark_variables();

}  // namespace nmc::figures
