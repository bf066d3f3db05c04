#include "core/options/did_you_mean.hpp"

#include <algorithm>
#include <cctype>

namespace nmc {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, substitution});
      const bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swap) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

namespace {

bool is_same_in_other_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

std::string nearest_name(std::string_view word, std::span<const std::string> names) {
  // One slip in three letters is still recognised; a completed prefix always is.
  std::size_t best = 1 + std::max<std::size_t>(1, word.size() / 3);
  std::string nearest;
  for (const std::string& name : names) {
    if (is_same_in_other_case(word, name)) return name;
    const bool is_prefix = word.size() >= 3 && name.starts_with(word);
    const std::size_t distance = is_prefix ? 1 : edit_distance(word, name);
    // A letter at least is common to both.
    if (distance < best && distance < std::max(word.size(), name.size())) {
      best = distance;
      nearest = name;
    }
  }
  return nearest;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> names) {
  const std::string name = nearest_name(word, names);
  return name.empty() ? "" : "; did you mean \"" + name + "\"?";
}

}  // namespace nmc
