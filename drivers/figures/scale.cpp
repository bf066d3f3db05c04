#include "drivers/figures/scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "drivers/figures/xml.hpp"

namespace nmc::figures {
namespace {

// Distances below this part of the numbers themselves are rounding.
constexpr double kNarrow = 1e-12;

double round_step(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= least * (1 - kNarrow)) return factor * power;
  return 10 * power;
}

std::string with_minus(std::string text) {
  if (text.starts_with('-')) text.replace(0, 1, "−");
  return text;
}

// "2×10⁶" with what both ticks have in common, so that neighbours can be compared.
std::string linear_text(double value, double step, double largest) {
  constexpr double kLarge = 1e6, kSmall = 1e-5;
  if (std::abs(value) < step / 2) return "0";
  if (largest < kLarge && largest >= kSmall) {
    const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + kNarrow)));
    return with_minus(fmt::format("{:.{}f}", value, decimals));
  }
  const int power = static_cast<int>(std::floor(std::log10(largest)));
  const double unit = std::pow(10.0, power);
  const int decimals =
      std::max(0, static_cast<int>(-std::floor(std::log10(step / unit) + kNarrow)));
  return with_minus(fmt::format("{:.{}f}", value / unit, decimals)) + "×10" + superscript(power);
}

std::vector<Tick> linear_ticks(const Span& values, int most) {
  const double step = round_step((values.high - values.low) / most);
  const double first = std::ceil(values.low / step - 1e-9);
  const double last = std::floor(values.high / step + 1e-9);
  const double largest = std::max(std::abs(first), std::abs(last)) * step;
  std::vector<Tick> found;
  for (double k = first; k <= last && static_cast<int>(found.size()) <= most; ++k)
    found.push_back({k * step, linear_text(k * step, step, largest)});
  return found;
}

std::string power_text(double factor, int power) {
  constexpr int kWritten = 4;  // up to it a number is shorter than its power
  if (std::abs(power) < kWritten) return fmt::format("{:g}", factor * std::pow(10.0, power));
  const std::string head = factor == 1 ? "" : fmt::format("{:g}×", factor);
  return head + "10" + superscript(power);
}

std::vector<Tick> decades(const Span& values, int most) {
  const int first = static_cast<int>(std::ceil(std::log10(values.low) - 1e-9));
  const int last = static_cast<int>(std::floor(std::log10(values.high) + 1e-9));
  const int every = std::max(1, (last - first) / most + 1);
  std::vector<Tick> found;
  for (int power = first; power <= last; power += every)
    found.push_back({std::pow(10.0, power), power_text(1, power)});
  return found;
}

std::vector<Tick> log_ticks(const Span& values, int most) {
  std::vector<Tick> found = decades(values, most);
  if (found.size() >= 3) return found;
  std::vector<Tick> finer;
  const int first = static_cast<int>(std::floor(std::log10(values.low)));
  const int last = static_cast<int>(std::floor(std::log10(values.high)));
  for (int power = first; power <= last; ++power)
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double value = factor * std::pow(10.0, power);
      if (value >= values.low * (1 - kNarrow) && value <= values.high * (1 + kNarrow))
        finer.push_back({value, power_text(factor, power)});
    }
  const bool is_enough = finer.size() >= 2 && static_cast<int>(finer.size()) <= most;
  if (is_enough) return finer;
  return found.size() >= 2 ? found : linear_ticks(values, most);
}

}  // namespace

Span span_of(const std::vector<double>& values, bool is_log) {
  Span span{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const double value : values) {
    if (!std::isfinite(value) || (is_log && value <= 0)) continue;
    span = {std::min(span.low, value), std::max(span.high, value)};
  }
  return span.low <= span.high ? span : Span{};
}

Span padded(const Span& values, bool is_log) {
  constexpr double kMargin = 0.05;
  if (is_log) {
    if (!(values.low > 0)) return {0.1, 1};
    const double ratio = std::max(values.high / values.low, 1.5);
    const double part = std::pow(ratio, kMargin);
    return {values.low / part, std::max(values.high, values.low * 1.5) * part};
  }
  const double size = std::max(std::abs(values.low), std::abs(values.high));
  if (values.high - values.low > kNarrow * size) {
    const double margin = kMargin * (values.high - values.low);
    return {values.low - margin, values.high + margin};
  }
  const double half = size > 0 ? size / 10 : 1;
  return {values.low - half, values.high + half};
}

Scale::Scale(const Span& values, const Span& places, bool is_log)
    : values_(values), places_(places), is_log_(is_log) {}

bool Scale::has(double value) const {
  return std::isfinite(value) && (!is_log_ || value > 0);
}

double Scale::at(double value) const {
  const auto measure = [&](double x) { return is_log_ ? std::log(x) : x; };
  const double low = measure(values_.low), high = measure(values_.high);
  // halves, since the width of a stretch of large numbers may not be one
  const double part = (measure(value) / 2 - low / 2) / (high / 2 - low / 2);
  return places_.low + std::clamp(part, 0.0, 1.0) * (places_.high - places_.low);
}

std::vector<Tick> ticks(const Span& values, int most, bool is_log) {
  return is_log ? log_ticks(values, most) : linear_ticks(values, most);
}

}  // namespace nmc::figures
