#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "core/archive/graph_entries.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

using Words = std::vector<std::string_view>;

Words split(std::string_view line) {
  constexpr std::string_view separators = " \t\r,;";
  Words words;
  for (auto begin = line.find_first_not_of(separators); begin != std::string_view::npos;) {
    const auto end = std::min(line.find_first_of(separators, begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    begin = line.find_first_not_of(separators, end);
  }
  return words;
}

template <class Number>
std::optional<Number> parse(std::string_view word) {
  Number value{};
  if (word.starts_with('+')) word.remove_prefix(1);
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

/// Reads the lines of one file.
class TextReader {
 public:
  TextReader(const std::string& path, const GraphQuery& query) : query_(query) {
    entries_.path = path;
  }

  void read(const Words& words, Index line) {
    line_ = line;
    const bool is_first = std::exchange(is_first_, false);
    if (is_first && is_header(words)) return;
    if (words[0] == "N" && words.size() == 2) {
      entries_.sites = integer("N", words[1]);
    } else if (words[0] == "h" && words.size() == 3) {
      entries_.field.emplace_back(integer("site", words[1]), real("h", words[2]));
    } else {
      read_bond(words);
    }
  }

  [[nodiscard]] GraphEntries take() { return std::move(entries_); }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw UserError(fmt::format("{}:{}: {}", entries_.path, line_, what));
  }
  [[nodiscard]] Index integer(const char* name, std::string_view word) const {
    const auto value = parse<Index>(word);
    if (!value) fail(fmt::format("{} = {} is not an integer", name, word));
    return *value;
  }
  /// NaN and infinity are read, and refused with their place when the graph is made.
  [[nodiscard]] double real(const char* name, std::string_view word) const {
    const auto value = parse<double>(word);
    if (!value) fail(fmt::format("{} = {} is not a number", name, word));
    return *value;
  }

  /// A first line of names: columns i, j and J in any order.
  bool is_header(const Words& words) {
    if (std::find(words.begin(), words.end(), "i") == words.end()) return false;
    columns_ = {kNone, kNone, kNone};
    for (std::size_t k = 0; k < words.size(); ++k) {
      const auto column = std::string_view("ijJ").find(words[k]);
      if (words[k].size() != 1 || column == std::string_view::npos)
        fail(fmt::format("column \"{}\" is none of i, j, J", words[k]));
      columns_[column] = k;
    }
    width_ = words.size();
    if (columns_[1] == kNone) fail("there is no column j");
    return true;
  }

  void read_bond(const Words& words) {
    const bool is_bond =
        width_ > 0 ? words.size() == width_ : words.size() == 2 || words.size() == 3;
    if (!is_bond)
      fail(fmt::format("\"{}\" is no bond: write {}", fmt::join(words, " "),
                       width_ > 0 ? fmt::format("{} values, as the first line announces", width_)
                                  : "i j or i j J"));
    Bond bond{integer("site", words[columns_[0]]), integer("site", words[columns_[1]]), query_.J};
    if (columns_[2] < words.size()) {
      bond.J = real("J", words[columns_[2]]);
    } else {
      entries_.has_all_couplings = false;
    }
    entries_.bonds.push_back(bond);
    entries_.lines.push_back(line_);
  }

  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  GraphQuery query_;
  GraphEntries entries_;
  Index line_ = 0;
  bool is_first_ = true;
  std::size_t width_ = 0;                        ///< of the header; 0 without one
  std::array<std::size_t, 3> columns_{0, 1, 2};  ///< of i, j, J
};

}  // namespace

GraphEntries read_text_graph(const std::string& path, const GraphQuery& query) {
  std::ifstream file(path);
  require(file.good(), fmt::format("cannot read the bonds in {}", path));
  TextReader reader(path, query);
  std::string line;
  for (Index number = 1; std::getline(file, line); ++number) {
    const Words words = split(std::string_view(line).substr(0, line.find('#')));
    if (!words.empty()) reader.read(words, number);
  }
  return reader.take();
}

}  // namespace nmc::archive
