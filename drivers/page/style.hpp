#pragma once

#include <string>

namespace nmc::drivers::page {

/// The style of a page: a screen of any width, light or dark, and paper.
[[nodiscard]] std::string page_css();

/// Comfort alone: a button that copies the numbers of a figure. Holds neither & nor <, so that the
/// page is XML as well.
[[nodiscard]] std::string page_script();

}  // namespace nmc::drivers::page
