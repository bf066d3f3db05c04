#include "drivers/figures/xml.hpp"

#include <fmt/format.h>

#include <array>
#include <cassert>
#include <cmath>
#include <cstdint>

namespace nmc::figures {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Bytes of the character that `text` begins with; 0 where it begins with none (RFC 3629, section 3:
// neither overlong forms nor surrogates nor what lies beyond U+10FFFF).
std::size_t character_bytes(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80U) return 1;
  const std::size_t bytes = first < 0xC2U ? 0 : first < 0xE0U ? 2 : first < 0xF0U ? 3 : 4;
  if (bytes == 0 || first > 0xF4U || text.size() < bytes) return 0;
  std::uint32_t code = first & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!is_continuation(text[i])) return 0;
    code = (code << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  const bool is_overlong = (bytes == 3 && code < 0x800U) || (bytes == 4 && code < 0x10000U);
  const bool is_surrogate = code >= 0xD800U && code <= 0xDFFFU;
  const bool is_none_of_xml = code == 0xFFFEU || code == 0xFFFFU || code > 0x10FFFFU;
  return is_overlong || is_surrogate || is_none_of_xml ? 0 : bytes;
}

std::string_view entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return "";
  }
}

bool is_control(char c) {
  const auto code = static_cast<unsigned char>(c);
  return (code < 0x20U && c != '\t' && c != '\n') || code == 0x7FU;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    if (bytes == 0 || (bytes == 1 && is_control(text[0])))
      out += kReplacement;
    else if (const std::string_view name = entity(text[0]); bytes == 1 && !name.empty())
      out += name;
    else
      out += text.substr(0, bytes);
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return out;
}

std::string coordinate(double value) {
  assert(std::isfinite(value));
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string superscript(int exponent) {
  constexpr std::array<std::string_view, 10> digits{"⁰", "¹", "²", "³", "⁴",
                                                    "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = exponent < 0 ? "⁻" : "";
  for (const char digit : fmt::format("{}", std::abs(exponent)))
    text += digits.at(static_cast<std::size_t>(digit - '0'));
  return text;
}

std::string number_text(double value, int digits) {
  if (!std::isfinite(value)) return "–";
  std::string text = fmt::format("{:.{}g}", value, digits);
  std::string tail;
  if (const auto e = text.find('e'); e != std::string::npos) {
    tail = "×10" + superscript(std::stoi(text.substr(e + 1)));
    text.resize(e);
  }
  if (text.starts_with('-')) text.replace(0, 1, "−");
  return text + tail;
}

std::size_t letters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text)
    if (!is_continuation(c)) ++count;
  return count;
}

}  // namespace nmc::figures
