#include "core/options/sweep_values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.hpp"
#include "core/options/parse_values.hpp"

namespace nmc {
namespace {

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

// Numbers of the characters `separator` outside of brackets.
std::vector<std::size_t> find_outside_brackets(std::string_view text, char separator) {
  std::vector<std::size_t> places;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    require(depth >= 0, fmt::format("\"{}\" closes a bracket that it did not open", text));
    if (c == separator && depth == 0) places.push_back(i);
  }
  require(depth == 0, fmt::format("\"{}\" opens a bracket that it does not close", text));
  return places;
}

// Digits behind the point that "0.05", "1e-3" or "2.5e1" needs; no double needs more than 1100.
int decimals(const std::string& text) {
  constexpr double kMost = 1100;
  const auto exponent = text.find_first_of("eE");
  const auto point = text.find('.');
  int digits = 0;
  if (point != std::string::npos)
    digits = static_cast<int>(std::min(exponent, text.size()) - point) - 1;
  if (exponent != std::string::npos)
    digits -= static_cast<int>(
        std::clamp(parse_real("exponent", text.substr(exponent + 1)), -kMost, kMost));
  return std::max(0, digits);
}

std::string fixed(double value, int digits) {
  const std::string text = fmt::format("{:.{}f}", value, digits);
  const bool is_zero = text.find_first_not_of("-0.") == std::string::npos;
  return is_zero && text.front() == '-' ? text.substr(1) : text;
}

bool is_range(const std::string& text) {
  const auto colon = text.find(':');
  return colon != std::string::npos && number_value(text.substr(0, colon)).has_value();
}

}  // namespace

std::vector<std::string> split_outside_brackets(std::string_view text) {
  std::vector<std::size_t> places = find_outside_brackets(text, ';');
  if (places.empty()) places = find_outside_brackets(text, ',');
  // "a, b;" is one value.
  const bool is_closed = !places.empty() && text[places.back()] == ';' &&
                         trimmed(text.substr(places.back() + 1)).empty();
  if (!is_closed) places.push_back(text.size());
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (const std::size_t place : places) {
    parts.push_back(trimmed(text.substr(begin, place - begin)));
    require(!parts.back().empty(), fmt::format("\"{}\" holds an empty value", text));
    begin = place + 1;
  }
  return parts;
}

std::vector<std::string> parse_sweep_values(std::string_view text) {
  const std::string line = trimmed(text);
  require(!line.empty(), "a line of a sweep without values");
  if (!is_range(line)) return split_outside_brackets(line);
  const std::vector<double> points = parse_range(line);
  const auto first_end = line.find(':');
  const int digits = std::max(decimals(trimmed(line.substr(0, first_end))),
                              decimals(trimmed(line.substr(line.rfind(':') + 1))));
  std::vector<std::string> values;
  for (const double point : points) values.push_back(fixed(point, digits));
  return values;
}

std::optional<double> number_value(std::string_view text) {
  try {
    return parse_real("", text);
  } catch (const UserError&) {
    return std::nullopt;
  }
}

std::string canonical_value(const std::string& text) {
  const auto value = number_value(text);
  return value ? fmt::format("{}", *value == 0 ? 0.0 : *value) : text;
}

}  // namespace nmc
