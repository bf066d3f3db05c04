#include "drivers/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace nmc::drivers {
namespace {

/// "-1.23(4)e-170": as with_error, over the power of ten of the larger of both.
std::string scientific(double value, double error) {
  const double larger = std::fmax(std::fabs(value), error);
  const int power = static_cast<int>(std::floor(std::log10(larger)));
  // in two steps, since 10^-power may be beyond what a double holds
  const double half = std::pow(10.0, -power / 2), rest = std::pow(10.0, -power - (-power / 2));
  const double scaled_error = error * half * rest;
  if (scaled_error < 1e-10) return fmt::format("{:.7g}({:.1g})", value, error);
  return fmt::format("{}e{:+03}", with_error(value * half * rest, scaled_error), power);
}

}  // namespace

std::string with_error(double value, double error) {
  if (!std::isfinite(value)) return "-";
  if (!std::isfinite(error) || error <= 0) return fmt::format("{:.7g}", value);
  constexpr double kDoubles = 1e-13;  // an error that no double of this size can show
  if (error < kDoubles * std::fabs(value)) return fmt::format("{:.13g}", value);
  // beyond this range of sizes, digits before or behind the point would be zeros
  constexpr double most = 1e15, least = 1e-12;
  if (error < least || std::fmax(error, std::fabs(value)) >= most) return scientific(value, error);
  const double exponent = std::floor(std::log10(error));
  const double leading = error / std::pow(10, exponent);
  const int digits = leading < 1.95 ? 2 : 1;
  const int decimals = std::max(0, digits - 1 - static_cast<int>(exponent));
  return fmt::format("{:.{}f}({:.0f})", value, decimals, error * std::pow(10, decimals));
}

std::string short_count(double count) {
  if (!std::isfinite(count)) return "-";
  constexpr std::array prefixes{"", "k", "M", "G", "T"};
  std::size_t i = 0;
  while (count >= 999.5 && i + 1 < prefixes.size()) {
    count /= 1000;
    ++i;
  }
  const int decimals = i > 0 && count < 9.95 ? 1 : 0;
  return fmt::format("{:.{}f}{}", count, decimals, prefixes[i]);
}

std::string percent_text(double share) {
  const double percent = 100 * share;
  return percent >= 9.95 ? fmt::format("{:.0f} %", percent) : fmt::format("{:.2g} %", percent);
}

std::string clock_text(double seconds) {
  if (!std::isfinite(seconds)) return "-";
  const auto whole = static_cast<long>(std::llround(seconds));
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string bytes_text(double bytes) {
  constexpr std::array units{"B", "kB", "MB", "GB", "TB", "PB"};
  std::size_t i = 0;
  while (bytes >= 999.5 && i + 1 < units.size()) {
    bytes /= 1000;
    ++i;
  }
  const int decimals = i > 0 && bytes < 9.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", bytes, decimals, units[i]);
}

std::string number_or_dash(double value, const char* format) {
  return std::isfinite(value) ? fmt::format(fmt::runtime(format), value) : "-";
}

std::string exact_text(const std::optional<double>& exact) {
  return exact ? fmt::format("{:.9g}", *exact) : "-";
}

}  // namespace nmc::drivers
