#pragma once

#include <string>

#include "drivers/figures/figure.hpp"

namespace nmc::figures {

/// Refuses, before any work, a name of a file that write_figure() could not make: an ending other
/// than .svg, .pdf and .png, or, of the last two, a machine without rsvg-convert. UserError.
void require_writable_format(const std::string& path);

/// Publishes the figure as svg, pdf or png (600 dots per inch) by the ending of `path`.
void write_figure(const Figure& figure, const std::string& path);

}  // namespace nmc::figures
