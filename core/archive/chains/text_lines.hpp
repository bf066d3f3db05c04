#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nmc::archive {

/// Lines of a text, without their ends (\n, \r\n or \r) and without a byte order mark of UTF-8.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

/// Without blanks at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// Cells of a line. ' ' stands for any run of blanks. Quotes ("…", doubled inside) hide delimiters.
/// nullopt where a quote is not closed.
[[nodiscard]] std::optional<std::vector<std::string>> cells_of(std::string_view line,
                                                               char delimiter);

/// Reads a whole cell as a number ("nan" and "inf" are numbers; 1.5D+00 is Fortran's), in every
/// locale.
[[nodiscard]] std::optional<double> number_in(std::string_view cell);

/// The delimiter that cuts a header and the line after it into equally many cells, at least two:
/// tab, semicolon, comma or blanks; a comma where none does.
[[nodiscard]] char find_delimiter(std::string_view header, std::string_view first_row);

}  // namespace nmc::archive
