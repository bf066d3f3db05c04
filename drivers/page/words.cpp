#include "drivers/page/words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "drivers/format.hpp"

namespace nmc::drivers::page {

std::string axis_word(const std::string& key) {
  constexpr std::array<std::pair<const char*, const char*>, 2> greek{
      {{"beta", "β"}, {"lambda", "λ"}}};
  const auto dot = key.find('.');
  const std::string name = dot == std::string::npos ? key : key.substr(dot + 1);
  for (const auto& [latin, letter] : greek)
    if (name == latin) return letter;
  return name;
}

std::string list_words(const std::vector<std::string>& words) {
  constexpr std::size_t kMost = 8;
  if (words.empty()) return "";
  if (words.size() > kMost)
    return fmt::format("{} and {} more", fmt::join(words.begin(), words.begin() + kMost, ", "),
                       words.size() - kMost);
  if (words.size() == 1) return words[0];
  return fmt::format("{} and {}", fmt::join(words.begin(), words.end() - 1, ", "), words.back());
}

std::string value_words(double value, double error) {
  std::string text = with_error(value, error);
  if (text.size() > 1 && text.starts_with('-')) text.replace(0, 1, "−");
  return text;
}

std::string count_words(Index count, const std::string& noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

const ReportLine* line_named(const std::vector<ReportLine>& lines, const std::string& name) {
  const auto found = std::ranges::find(lines, name, &ReportLine::name);
  return found == lines.end() ? nullptr : &*found;
}

}  // namespace nmc::drivers::page
