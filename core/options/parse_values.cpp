#include "core/options/parse_values.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "core/errors.hpp"
#include "core/options/number_text.hpp"

namespace nmc {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<std::string> split(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  while (true) {
    const auto end = text.find_first_of(separators);
    parts.emplace_back(trim(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  text = trim(text);
  Number value{};
  const char* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || last != end || text.empty()) return std::nullopt;
  return value;
}

double unit_seconds(std::string_view unit) {
  if (unit.empty() || unit == "s" || unit == "sec") return 1;
  if (unit == "m" || unit == "min") return 60;
  if (unit == "h") return 3600;
  if (unit == "d") return 86400;
  return std::nan("");
}

double clock_seconds(const std::vector<std::string>& fields) {
  double seconds = 0;
  if (fields.size() > 3) return std::nan("");
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto value = number<double>(fields[i]);
    // Only the leading field may be 60 or more: 90:00 is ninety minutes, 1:90 is a slip.
    if (!value || (i > 0 && *value >= 60)) return std::nan("");
    seconds = 60 * seconds + *value;
  }
  return seconds;
}

}  // namespace

std::int64_t parse_integer(std::string_view name, std::string_view text) {
  if (const auto value = number<std::int64_t>(text)) return *value;
  require(!is_too_large_integer(text),
          fmt::format("{} = {} is not known exactly as a number: write all digits, at most {}",
                      name, text, std::numeric_limits<std::int64_t>::max()));
  const auto real = number<double>(text);  // 1e5 is an integer to a physicist
  require(real && std::floor(*real) == *real, fmt::format("{} = {} is not an integer", name, text));
  return static_cast<std::int64_t>(*real);
}

double parse_real(std::string_view name, std::string_view text) {
  const auto value = number<double>(text);
  require(value && std::isfinite(*value),
          fmt::format("{} = {} is not a number{}", name, text, number_hint(text)));
  return *value;
}

bool parse_flag(std::string_view name, std::string_view text) {
  const std::string_view word = trim(text);
  if (word == "true" || word == "yes" || word == "on" || word == "1") return true;
  const bool is_false = word == "false" || word == "no" || word == "off" || word == "0";
  require(is_false, fmt::format("{} = {} is neither true nor false", name, text));
  return false;
}

double parse_duration(std::string_view name, std::string_view text) {
  const std::string_view word = trim(text);
  const auto digits = word.find_first_not_of("0123456789.");
  double seconds = std::nan("");
  if (word.find(':') != std::string_view::npos) {
    seconds = clock_seconds(split(word, ":"));
  } else if (const auto value = number<double>(word.substr(0, digits))) {
    const auto unit = digits == std::string_view::npos ? "" : trim(word.substr(digits));
    seconds = *value * unit_seconds(unit);
  }
  require(seconds >= 0,
          fmt::format("{} = {} is not a duration: write 60s, 5min, 2h or 01:00:00", name, text));
  return seconds;
}

std::vector<std::string> parse_list(std::string_view text) {
  if (trim(text).empty()) return {};
  return split(text, ",");
}

std::vector<std::int64_t> parse_integers(std::string_view name, std::string_view text) {
  std::vector<std::int64_t> values;
  if (trim(text).empty()) return values;
  for (const auto& part : split(text, ",x")) values.push_back(parse_integer(name, part));
  return values;
}

std::vector<double> parse_reals(std::string_view name, std::string_view text) {
  std::vector<double> values;
  for (const auto& part : parse_list(text)) values.push_back(parse_real(name, part));
  return values;
}

bool Interval::contains(double value) const {
  const bool is_above = is_low_open ? value > low : value >= low;
  const bool is_below = is_high_open ? value < high : value <= high;
  return is_above && is_below;
}

bool Interval::contains(std::int64_t value) const {
  // An end that no 64-bit integer reaches is not compared; one within is, as an integer: a value
  // made a double would be its neighbour beyond 2^53.
  const bool is_above = low < -0x1p63 || (low < 0x1p63 && above_low(value));
  const bool is_below = high >= 0x1p63 || (high >= -0x1p63 && below_high(value));
  return is_above && is_below;
}

bool Interval::above_low(std::int64_t value) const {
  const auto end = static_cast<std::int64_t>(std::ceil(low));
  const bool is_whole = std::ceil(low) == low;
  return is_low_open && is_whole ? value > end : value >= end;
}

bool Interval::below_high(std::int64_t value) const {
  const auto end = static_cast<std::int64_t>(std::floor(high));
  const bool is_whole = std::floor(high) == high;
  return is_high_open && is_whole ? value < end : value <= end;
}

Interval parse_interval(std::string_view text) {
  const std::string_view body = trim(text);
  const auto ends = split(body.substr(1, body.size() - 2), ",");
  Interval interval;
  interval.is_low_open = body.front() == '(';
  interval.is_high_open = body.back() == ')';
  interval.low = number<double>(ends.at(0)).value();
  interval.high = number<double>(ends.at(1)).value();
  return interval;
}

std::vector<double> parse_range(std::string_view text) {
  const auto fields = split(text, ":");
  if (fields.size() == 1) return parse_reals("range", text);
  require(fields.size() == 3, fmt::format("range {} is not of the form first:last:step", text));
  const double first = parse_real("first", fields[0]);
  const double last = parse_real("last", fields[1]);
  const double step = parse_real("step", fields[2]);
  require(step != 0, fmt::format("range {} has step 0", text));
  // Half an ulp-sized slip of (last - first) / step must not lose the end point.
  const double steps = std::floor((last - first) / step + 1e-9);
  require(steps >= 0, fmt::format("range {} is empty: the step points away from the end", text));
  // Of a step: the roundings of a million of them are 1e-10, and nobody means less than 1e-6.
  constexpr double kMostPoints = 1e6, kSlip = 1e-6;
  require(steps < kMostPoints,
          fmt::format("range {} has more than {:.0f} points", text, kMostPoints));
  require(std::abs(first + steps * step - last) <= kSlip * std::abs(step),
          fmt::format("range {} would end at {:.12g}: its last point must lie a whole number of "
                      "steps from the first",
                      text, first + steps * step));
  std::vector<double> points;
  for (double i = 0; i <= steps; ++i) points.push_back(first + i * step);
  return points;
}

}  // namespace nmc
