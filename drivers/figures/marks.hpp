#pragma once

#include <string>

#include "drivers/figures/frame.hpp"

namespace nmc::figures {

/// The marks of a series.
[[nodiscard]] std::string marks_svg(const Series& series, const Frame& frame);

}  // namespace nmc::figures
