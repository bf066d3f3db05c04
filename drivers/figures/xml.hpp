#pragma once

#include <string>
#include <string_view>

namespace nmc::figures {

/// Text as it may stand in XML 1.0 and HTML, between tags and in quotes: & < > " ' become entities,
/// what is no UTF-8 and what XML has no character for becomes U+FFFD.
[[nodiscard]] std::string escaped(std::string_view text);

/// A coordinate to a tenth of a unit, the shortest way: "12", "0.5". It must be finite.
[[nodiscard]] std::string coordinate(double value);

/// A number for a reader: up to `digits` digits with a true minus sign, "1.2×10⁶" where it is large
/// or small; "–" where it is not finite.
[[nodiscard]] std::string number_text(double value, int digits = 4);

/// "⁻¹²".
[[nodiscard]] std::string superscript(int exponent);

/// Characters, not bytes, of a UTF-8 text.
[[nodiscard]] std::size_t letters(std::string_view text);

}  // namespace nmc::figures
