#include "core/archive/chains/text_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>

#include "core/archive/chains/bytes.hpp"
#include "core/archive/chains/text_lines.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

using Cells = std::vector<std::string>;

bool is_comment(std::string_view line) {
  return line.starts_with('#') || line.starts_with('%');
}

std::optional<bool> truth_in(const std::string& cell) {
  for (const char* word : {"true", "True", "TRUE", "T"})
    if (cell == word) return true;
  for (const char* word : {"false", "False", "FALSE", "F"})
    if (cell == word) return false;
  return std::nullopt;
}

/// What programs write for a number that is not there.
bool is_missing(const std::string& cell) {
  constexpr std::array<std::string_view, 10> words{"",     "NA",   "N/A", "null", "NULL",
                                                   "None", "#N/A", "?",   ".",    "-"};
  return std::ranges::find(words, cell) != words.end();
}

bool is_integer(const std::string& cell) {
  const auto value = number_in(cell);
  return value && *value == std::floor(*value);
}

class TableReader {
 public:
  explicit TableReader(const std::string& path) : text_(read_bytes(path)), lines_(lines_of(text_)) {
    table_.path = path;
  }

  TextTable read() {
    find_layout();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::string_view line = trimmed(lines_[i]);
      if (line.empty()) continue;
      if (is_comment(line))
        table_.comments.read(line.substr(1), table_.rows());
      else if (table_.columns.empty())
        begin(i);
      else
        add_row(i, cells(i));
    }
    require(table_.rows() > 0, table_.path +
                                   " holds no numbers; a table of chains has one column per "
                                   "variable and one line per draw");
    refuse_numbered_header();
    return std::move(table_);
  }

 private:
  [[noreturn]] void fail(std::size_t line, const std::string& what) const {
    throw UserError(fmt::format("{}:{}: {}", table_.path, line + 1, what));
  }

  Cells cells(std::size_t line) const {
    require(
        lines_[line].find('\0') == std::string_view::npos,
        fmt::format("{}:{}: a zero byte: the file is no text, or damaged", table_.path, line + 1));
    auto found = cells_of(lines_[line], table_.delimiter);
    if (!found) fail(line, "a quote is opened and not closed");
    return std::move(*found);
  }

  /// The first two lines that are no comments tell the delimiter.
  void find_layout() {
    std::vector<std::string_view> first;
    for (const std::string_view line : lines_) {
      if (first.size() < 2 && !trimmed(line).empty() && !is_comment(trimmed(line)))
        first.push_back(line);
    }
    if (first.empty()) return;
    table_.delimiter = find_delimiter(first.front(), first.back());
  }

  /// The first line: names, or numbers below a comment that may name them.
  void begin(std::size_t line) {
    const Cells found = cells(line);
    const auto is_number = [](const std::string& cell) { return number_in(cell).has_value(); };
    if (std::ranges::all_of(found, is_number)) {
      set_names(line, names_above(line, found.size()));
      add_row(line, found);
      return;
    }
    // a real number or a gap among names is no header but a row that is not understood
    for (const std::string& cell : found) {
      const bool is_real = is_number(cell) && !is_integer(cell);
      if (is_real || (is_missing(cell) && !cell.empty()))
        fail(line, fmt::format("\"{}\" in the first line: it holds neither names alone nor numbers "
                               "alone",
                               fmt::join(found, " ")));
    }
    set_names(line, found);
  }

  void set_names(std::size_t line, const Cells& names) {
    std::set<std::string> seen;
    for (const std::string& name : names) {
      if (!name.empty() && !seen.insert(name).second)
        fail(line, "two columns are named " + name + "; rename one");
      table_.columns.push_back({});
      table_.columns.back().name = name;
    }
  }

  /// Names from the last comment above the numbers where it has as many words, as numpy.savetxt
  /// writes them, else column0, column1 …
  Cells names_above(std::size_t line, std::size_t count) const {
    for (std::size_t above = line; above-- > 0;) {
      const std::string_view comment = trimmed(lines_[above]);
      if (!is_comment(comment)) break;
      const std::string_view text =
          trimmed(comment.substr(comment.find_first_not_of("#%") == std::string_view::npos
                                     ? comment.size()
                                     : comment.find_first_not_of("#%")));
      for (const char delimiter : {table_.delimiter, ',', ' '}) {
        const auto names = cells_of(text, delimiter);
        if (names && names->size() == count && !text.empty() && !number_in(names->front()))
          return *names;
      }
      if (!text.empty()) break;
    }
    Cells names;
    for (std::size_t i = 0; i < count; ++i) names.push_back(fmt::format("column{}", i));
    return names;
  }

  void add_row(std::size_t line, const Cells& found) {
    const std::size_t width = table_.columns.size();
    if (found.size() != width)
      fail(line, fmt::format("{} values where {} columns were announced{}", found.size(), width,
                             found.size() < width ? "; is the file cut off?" : ""));
    if (is_header_again(found))
      fail(line,
           "the names of the columns again: several files in one? Give them as several files");
    for (std::size_t i = 0; i < width; ++i) table_.columns[i].add(found[i]);
    table_.lines.push_back(line + 1);
  }

  bool is_header_again(const Cells& found) const {
    const bool is_text = !number_in(found.front());
    return is_text && std::ranges::equal(found, table_.columns, {}, {}, &TextColumn::name);
  }

  /// A first line 0, 1, 2 … above real numbers numbers the columns (pandas writes such headers).
  void refuse_numbered_header() const {
    if (table_.columns.size() < 2 || table_.rows() < 2) return;
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      const TextColumn& column = table_.columns[i];
      const bool is_counted = column.values[0] == static_cast<double>(i);
      const bool is_real = column.values[1] != std::floor(column.values[1]);
      if (!is_counted || !is_real) return;
    }
    fail(table_.lines[0] - 1,
         "0, 1, 2 … above real numbers: names of the columns, or draws? Name the columns, or put # "
         "before this line");
  }

  std::string text_;
  std::vector<std::string_view> lines_;
  TextTable table_;
};

}  // namespace

void TextColumn::add(const std::string& cell) {
  const auto number = number_in(cell);
  const auto truth = number ? std::nullopt : truth_in(cell);
  values.push_back(number  ? *number
                   : truth ? (*truth ? 1.0 : 0.0)
                           : std::numeric_limits<double>::quiet_NaN());
  has_numbers = has_numbers || number.has_value();
  has_truths = has_truths || truth.has_value();
  if (has_numbers)
    labels.clear();
  else
    labels.push_back(cell);
  const std::size_t row = values.size() - 1;
  if (!number && !truth && !first_odd) first_odd = Odd{row, cell};
  if (number && !std::isfinite(*number) && !first_infinite) first_infinite = row;
}

std::string TextTable::place(std::size_t row) const {
  return fmt::format("{}:{}", path, lines[row]);
}

TextTable read_text_table(const std::string& path) {
  return TableReader(path).read();
}

}  // namespace nmc::archive
