#include "core/archive/chains/text_lines.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace nmc::archive {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (text.starts_with(mark)) text.remove_prefix(mark.size());
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
    if (text.starts_with("\r\n"))
      text.remove_prefix(2);
    else if (!text.empty())
      text.remove_prefix(1);
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<std::vector<std::string>> cells_of(std::string_view line, char delimiter) {
  std::vector<std::string> cells;
  const bool takes_runs = delimiter == ' ';
  if (takes_runs) line = trimmed(line);
  std::string cell;
  bool is_quoted = false, was_quoted = false;
  const auto finish = [&] {
    cells.push_back(was_quoted ? cell : std::string(trimmed(cell)));
    cell.clear();
    was_quoted = false;
  };
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (is_quoted) {
      const bool is_doubled = c == '"' && i + 1 < line.size() && line[i + 1] == '"';
      if (c != '"' || is_doubled) cell += c;
      if (is_doubled) ++i;
      if (c == '"' && !is_doubled) is_quoted = false;
    } else if (c == '"' && trimmed(cell).empty()) {
      cell.clear();
      is_quoted = was_quoted = true;
    } else if (takes_runs ? is_blank(c) : c == delimiter) {
      finish();
      while (takes_runs && i + 1 < line.size() && is_blank(line[i + 1])) ++i;
    } else if (!was_quoted || !is_blank(c)) {
      cell += c;
    }
  }
  if (is_quoted) return std::nullopt;
  finish();
  return cells;
}

std::optional<double> number_in(std::string_view cell) {
  std::string copy;
  const std::size_t d = cell.find_first_of("Dd");
  if (d != std::string_view::npos && d > 0) {
    copy = cell;
    copy[d] = 'e';
    cell = copy;
  }
  if (cell.starts_with('+')) cell.remove_prefix(1);
  double value = 0;
  const char* const end = cell.data() + cell.size();
  const auto [stop, error] = std::from_chars(cell.data(), end, value);
  if (error == std::errc() && stop == end && !cell.empty()) return value;
  // 1e-400 and 1e400 are numbers, beyond what a double holds
  if (error == std::errc::result_out_of_range && stop == end) {
    const std::size_t exponent = cell.find_first_of("eE");
    const bool is_tiny = exponent != std::string_view::npos && exponent + 1 < cell.size() &&
                         cell[exponent + 1] == '-';
    return is_tiny ? 0.0 : HUGE_VAL;
  }
  return std::nullopt;
}

char find_delimiter(std::string_view header, std::string_view first_row) {
  char best = ',';
  std::size_t most = 1;
  for (const char delimiter : {'\t', ';', ',', ' '}) {
    const auto names = cells_of(header, delimiter), cells = cells_of(first_row, delimiter);
    if (!names || !cells) continue;
    if (names->size() >= 2 && names->size() == cells->size()) return delimiter;
    if (std::min(names->size(), cells->size()) > most) {
      best = delimiter;
      most = std::min(names->size(), cells->size());
    }
  }
  return best;
}

}  // namespace nmc::archive
