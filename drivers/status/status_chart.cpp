#include "drivers/status/status_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <string_view>

namespace nmc::drivers {
namespace {

constexpr std::array<const char*, 8> kBlocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<const char*, 8> kLetters{"_", ".", "-", "~", "=", "+", "*", "#"};

bool shows_unicode() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view text(value);
    return text.find("UTF-8") != text.npos || text.find("utf8") != text.npos;
  }
  return false;
}

std::vector<double> means(const std::vector<double>& values, std::size_t count) {
  if (values.size() <= count) return values;
  std::vector<double> means;
  for (std::size_t i = 0; i < count; ++i) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(i * values.size() / count);
    const auto last = values.begin() + static_cast<std::ptrdiff_t>((i + 1) * values.size() / count);
    means.push_back(std::accumulate(first, last, 0.0) / static_cast<double>(last - first));
  }
  return means;
}

}  // namespace

void StatusChart::add(const RunStatus& status) {
  const bool is_training = status.phase == "train";
  const double value = is_training ? status.loss : status.mean;
  const std::string name = is_training ? "loss" : status.observable;
  if (!std::isfinite(value) || status.updated == updated_) return;
  if (name != name_ || status.phase != phase_) values_.clear();
  name_ = name;
  phase_ = status.phase;
  updated_ = status.updated;
  values_.push_back(value);
}

std::string StatusChart::line(std::size_t columns) const {
  if (values_.size() < 2) return "";
  const auto [low, high] = std::ranges::minmax(values_);
  const std::string range = fmt::format("{:.6g} ... {:.6g}", low, high);
  const std::string head = fmt::format("{:<9}", name_ + " ");
  const std::size_t taken = head.size() + range.size() + 1;
  constexpr std::size_t kLeast = 8;
  const std::size_t room = std::max(kLeast, columns > taken ? columns - taken : 0);
  return head + spark_line(values_, room, shows_unicode()) + " " + range + "\n";
}

std::string spark_line(const std::vector<double>& values, std::size_t columns, bool is_unicode) {
  const std::vector<double> shown = means(values, columns);
  const auto& heights = is_unicode ? kBlocks : kLetters;
  const auto [low, high] = std::ranges::minmax(shown);
  const auto last = static_cast<double>(heights.size() - 1);
  std::string text;
  for (const double value : shown) {
    const double height = high > low ? (value - low) / (high - low) * last : last / 2;
    text += heights.at(static_cast<std::size_t>(std::lround(height)));
  }
  return text;
}

}  // namespace nmc::drivers
