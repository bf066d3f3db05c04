#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

/// Text of a job file to values. Every function throws UserError naming the key and the value.
namespace nmc {

[[nodiscard]] std::int64_t parse_integer(std::string_view name, std::string_view text);
[[nodiscard]] double parse_real(std::string_view name, std::string_view text);
bool parse_flag(std::string_view name, std::string_view text);
/// Seconds: "90", "60s", "5min", "2h", "1d", "mm:ss" or "hh:mm:ss".
double parse_duration(std::string_view name, std::string_view text);
/// Comma-separated entries, trimmed; an empty text is an empty list.
std::vector<std::string> parse_list(std::string_view text);
/// Integers separated by commas or by x, as in "8x8x4".
[[nodiscard]] std::vector<std::int64_t> parse_integers(std::string_view name,
                                                       std::string_view text);
[[nodiscard]] std::vector<double> parse_reals(std::string_view name, std::string_view text);

/// Interval of numbers with open or closed ends.
struct Interval {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool is_low_open = false;
  bool is_high_open = false;
  [[nodiscard]] bool contains(double value) const;
  /// Exact for every integer.
  [[nodiscard]] bool contains(std::int64_t value) const;

 private:
  [[nodiscard]] bool above_low(std::int64_t value) const;
  [[nodiscard]] bool below_high(std::int64_t value) const;
};

/// Reads "(0, inf)", "[1, 64]", "[0, 1)".
[[nodiscard]] Interval parse_interval(std::string_view text);

/// The points of a sweep, "a:b:step" with both ends, or a comma-separated list. An empty range and
/// a step that points away from the end are refused.
[[nodiscard]] std::vector<double> parse_range(std::string_view text);

}  // namespace nmc
