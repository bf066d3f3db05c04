#include <fmt/format.h>

#include <map>

#include "core/archive/graphs/lines.hpp"
#include "core/archive/graphs/readers.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

using Words = GraphLines::Words;

/// %%MatrixMarket matrix coordinate|array real|integer|pattern symmetric|general (Boisvert, Pozo
/// and Remington, NISTIR 5935 (1996)); entries count from 1. The matrix is J.
class MatrixMarketReader {
 public:
  MatrixMarketReader(const GraphSource& source, const GraphQuery& query)
      : lines_(source, '\0'), bonds_(entries_, query.J) {
    entries_.path = source.path;
    entries_.first_site = 1;
  }

  GraphEntries read() {
    read_banner();
    read_size();
    is_array_ ? read_array() : read_coordinates();
    if (!is_symmetric_) take_pairs();
    return std::move(entries_);
  }

 private:
  void read_banner() {
    if (!lines_.next()) lines_.fail("the file is empty");
    const Words& words = lines_.words();
    if (words.size() != 5 || words[0] != "%%MatrixMarket" || words[1] != "matrix")
      lines_.fail("write %%MatrixMarket matrix coordinate real symmetric");
    is_array_ = words[2] == "array";
    is_pattern_ = words[3] == "pattern";
    is_symmetric_ = words[4] == "symmetric";
    if (!is_array_ && words[2] != "coordinate")
      lines_.fail(fmt::format("\"{}\" is neither coordinate nor array", words[2]));
    if (!is_pattern_ && words[3] != "real" && words[3] != "integer" && words[3] != "double")
      lines_.fail(fmt::format("couplings are real, integer or pattern, not {}", words[3]));
    if (!is_symmetric_ && words[4] != "general")
      lines_.fail(fmt::format("couplings are symmetric, not {}", words[4]));
    if (is_array_ && is_pattern_) lines_.fail("an array has no pattern");
  }

  bool next_line() {
    while (lines_.next())
      if (lines_.text().front() != '%') return true;
    return false;
  }

  void read_size() {
    if (!next_line()) lines_.fail("there is no line with the size");
    const Words& words = lines_.words();
    if (words.size() != (is_array_ ? 2U : 3U))
      lines_.fail(is_array_ ? "write rows and columns" : "write rows, columns and entries");
    entries_.sites = lines_.integer("rows", words[0]);
    if (entries_.sites != lines_.integer("columns", words[1]) || entries_.sites < 1)
      lines_.fail(fmt::format("couplings are a square matrix, not {} x {}", words[0], words[1]));
    if (!is_array_) announced_ = lines_.integer("entries", words[2]);
  }

  void read_coordinates() {
    Index count = 0;
    for (; next_line(); ++count) {
      const Words& words = lines_.words();
      if (words.size() != (is_pattern_ ? 2U : 3U))
        lines_.fail(fmt::format("\"{:.60}\" is no entry: write {}{}", lines_.text(),
                                is_pattern_ ? "i j" : "i j J", lines_.comma_hint(3)));
      const Index i = lines_.integer("row", words[0]), j = lines_.integer("column", words[1]);
      if (is_symmetric_ && j > i)
        lines_.fail(
            fmt::format("entry {} {} is above the diagonal; a symmetric matrix lists what is "
                        "below",
                        i, j));
      take(i - 1, j - 1, is_pattern_ ? std::nullopt : std::optional(lines_.real("J", words[2])));
    }
    if (count != announced_)
      lines_.fail(fmt::format("{} entries are announced and {} are there: is the file cut?",
                              announced_, count));
  }

  void read_array() {
    for (Index j = 0; j < entries_.sites; ++j)
      for (Index i = is_symmetric_ ? j : 0; i < entries_.sites; ++i) {
        if (!next_line())
          lines_.fail(fmt::format("the file ends before entry {} {}", i + 1, j + 1));
        const Words& words = lines_.words();
        if (words.size() != 1) lines_.fail("an array has one number in a line");
        const double J = lines_.real("J", words[0]);
        if (J != 0) take(i, j, J);
      }
    if (next_line()) lines_.fail("there are more numbers than the matrix has entries");
  }

  void take(Index i, Index j, std::optional<double> J) {
    if (i == j && J.value_or(1) == 0) return;
    if (is_symmetric_ || i == j) {
      bonds_.add(i, j, J, lines_.number());
      return;
    }
    const bool is_new = pairs_.try_emplace({i, j}, Entry{J, lines_.number()}).second;
    if (!is_new) lines_.fail(fmt::format("entry {} {} is already there", i + 1, j + 1));
  }

  /// Of a general matrix, every pair once: J_ij and J_ji must agree.
  void take_pairs() {
    for (const auto& [pair, entry] : pairs_) {
      const auto [i, j] = pair;
      const auto mirror = pairs_.find({j, i});
      if (mirror == pairs_.end() || mirror->second.J != entry.J)
        throw UserError(fmt::format(
            "{}:{}: entry {} {} and entry {} {} differ: a general matrix of couplings has both, "
            "equal; of one triangle, write the lower one and symmetric in the first line",
            entries_.path, entry.line, i + 1, j + 1, j + 1, i + 1));
      if (i < j) bonds_.add(i, j, entry.J, entry.line);
    }
  }

  struct Entry {
    std::optional<double> J;
    Index line;
  };
  GraphLines lines_;
  GraphEntries entries_;
  BondColumn bonds_;
  bool is_array_ = false, is_pattern_ = false, is_symmetric_ = false;
  Index announced_ = 0;
  std::map<std::pair<Index, Index>, Entry> pairs_;
};

}  // namespace

GraphEntries read_matrix_market(const GraphSource& source, const GraphQuery& query) {
  return MatrixMarketReader(source, query).read();
}

}  // namespace nmc::archive
