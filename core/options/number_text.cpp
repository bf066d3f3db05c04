#include "core/options/number_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <system_error>

namespace nmc {
namespace {

/// Infinite where the text is a number beyond all doubles, NaN where it is none.
double real_in(std::string_view text) {
  const auto first = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  text = text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || stop != end || error == std::errc::invalid_argument)
    return std::numeric_limits<double>::quiet_NaN();
  if (error == std::errc{}) return value;
  const bool is_tiny = text.find("e-") != std::string_view::npos ||
                       text.find("E-") != std::string_view::npos || text.starts_with("0.");
  return is_tiny ? 0 : std::numeric_limits<double>::infinity();
}

std::string with_letter(std::string_view text, std::size_t at, char letter) {
  std::string other(text);
  if (at < other.size()) other[at] = letter;
  return other;
}

}  // namespace

bool is_too_large_integer(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc{} && stop == end) return false;
  const double real = std::abs(real_in(text));
  return real >= 0x1p53;  // every double from here on is whole
}

std::string number_hint(std::string_view text) {
  const std::string point = with_letter(text, text.find(','), '.');
  const std::string letter = with_letter(point, point.find_first_of("dD"), 'E');
  if (std::isnan(real_in(letter))) return "";
  if (letter != point) return "; the exponent is written with E: " + letter;
  return point == text ? "" : "; decimals need a point, not a comma: " + point;
}

}  // namespace nmc
