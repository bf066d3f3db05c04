#pragma once

#include <cstddef>
#include <string>

namespace nmc::drivers {

/// Columns of the narrowest terminal that pages are made for.
inline constexpr std::size_t kPageColumns = 80;

/// The words of a text in lines of at most kPageColumns, without a line feed at the end. The first
/// line follows `column` columns that are taken already, the others are indented by `indent`.
[[nodiscard]] std::string wrapped(const std::string& text, std::size_t column, std::size_t indent);

}  // namespace nmc::drivers
