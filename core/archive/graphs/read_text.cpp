#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include "core/archive/graphs/lines.hpp"
#include "core/archive/graphs/readers.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

using Words = GraphLines::Words;

/// The names of the columns i, j and J in files of this program, networkx, pandas and Gephi.
constexpr std::array<std::array<std::string_view, 3>, 3> column_names{
    {{"i", "source", "from"}, {"j", "target", "to"}, {"J", "weight", "coupling"}}};

/// Which of the columns i, j, J the name means, words in any case; 3: none.
std::size_t column_of(std::string_view word) {
  std::string name(word);
  if (name.size() > 1)
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto found = std::ranges::find_if(column_names, [&](const auto& names) {
    return std::ranges::find(names, name) != names.end();
  });
  return static_cast<std::size_t>(found - column_names.begin());
}

/// What else programs write into such a line.
std::string column_hint(std::string_view word) {
  if (word.find_first_of("\"'") != std::string_view::npos)
    return "; write the names without quotation marks, and no row numbers: in R "
           "write.csv(quote = FALSE, row.names = FALSE)";
  if (word.starts_with("Unnamed") || word == "index")
    return "; row numbers of pandas are left out by df.to_csv(FILE, index=False)";
  return "; leave other columns out: in pandas df[[\"i\", \"j\", \"J\"]].to_csv(FILE, index=False)";
}

/// Whether a line begins with a number, or with the letter of another line of this format.
bool is_content(const Words& words) {
  const char first = words[0].front();
  const bool is_number = std::isdigit(static_cast<unsigned char>(first)) || first == '-' ||
                         first == '+' || first == '.';
  return is_number || words[0] == "N" || words[0] == "h" || words[0] == "K";
}

/// Reads the lines of one file.
class TextReader {
 public:
  TextReader(const GraphSource& source, const GraphQuery& query)
      : lines_(source, '#'), bonds_(entries_, query.J) {
    entries_.path = source.path;
  }

  GraphEntries read() {
    for (bool is_first = true; lines_.next(); is_first = false) {
      const Words& words = lines_.words();
      if (!is_first || !is_header(words)) read_line(words);
    }
    refuse_count_line();
    return std::move(entries_);
  }

 private:
  void read_line(const Words& words) {
    if (words[0] == "N" && words.size() == 2) {
      if (entries_.sites != 0) lines_.fail("N is already given; write it once");
      entries_.sites = lines_.integer("N", words[1]);
      if (entries_.sites < 1) lines_.fail(fmt::format("N = {} is no number of sites", words[1]));
    } else if (words[0] == "h" && words.size() == 3) {
      entries_.field.push_back(
          {lines_.integer("site", words[1]), lines_.real("h", words[2]), lines_.number()});
    } else if (words[0] == "K" && words.size() == 6) {
      Plaquette plaquette;
      for (std::size_t k = 0; k < 4; ++k) plaquette.sites[k] = lines_.integer("site", words[k + 1]);
      plaquette.K = lines_.real("K", words[5]);
      entries_.plaquettes.push_back(plaquette);
    } else {
      read_bond(words);
    }
  }

  /// A first line of names: columns i, j and J in any order.
  bool is_header(const Words& words) {
    if (is_content(words)) return false;
    columns_ = {none, none, none};
    for (std::size_t k = 0; k < words.size(); ++k) {
      const std::size_t column = column_of(words[k]);
      if (column == 3)
        lines_.fail(fmt::format("column \"{}\" is none of i, j, J (source, target, weight){}",
                                words[k], column_hint(words[k])));
      if (columns_[column] != none)
        lines_.fail(fmt::format("columns \"{}\" and \"{}\" are the same", words[columns_[column]],
                                words[k]));
      columns_[column] = k;
    }
    width_ = words.size();
    if (columns_[0] == none) lines_.fail("there is no column i");
    if (columns_[1] == none) lines_.fail("there is no column j");
    return true;
  }

  void read_bond(const Words& words) {
    const bool is_bond =
        width_ > 0 ? words.size() == width_ : words.size() == 2 || words.size() == 3;
    if (!is_bond)
      lines_.fail(fmt::format("\"{:.60}\" is no bond: write {}{}", lines_.text(),
                              width_ > 0
                                  ? fmt::format("{} values, as the first line announces", width_)
                                  : "i j or i j J",
                              lines_.comma_hint(width_ > 0 ? width_ : 3)));
    const Index i = lines_.integer("site", words[columns_[0]]);
    const Index j = lines_.integer("site", words[columns_[1]]);
    std::optional<double> J;
    if (columns_[2] < words.size()) J = lines_.real("J", words[columns_[2]]);
    const bool is_second = entries_.bonds.size() == 1 && !entries_.has_all_couplings;
    if (J && width_ == 0 && is_second && entries_.bonds.front().i > 1)
      refuse_as_counts("has no coupling, and the next line has one");
    bonds_.add(i, j, J, lines_.number());
  }

  /// Files of other programs begin with the numbers of sites and bonds, which look like a bond.
  [[noreturn]] void refuse_as_counts(const std::string& what) const {
    const auto& [n, m, J] = entries_.bonds.front();
    throw UserError(fmt::format(
        "{0}: \"{1} {2}\" {3}: if it counts sites and bonds, delete it and write N {1} where sites "
        "are numbered from 0; where they are numbered from 1, say that this is rudy (J = weight) "
        "or "
        "max_cut (J = -weight) by bonds_format or --from; if it is a bond, {4}",
        entries_.place(0), n, m, what,
        J != 0 && what.starts_with("has") ? "give it its coupling"
                                          : "write the line i j before it"));
  }

  /// Without couplings such a line can only be told by its numbers: n is above all other sites (or,
  /// counted from 1, equals the largest), and m is the number of the lines that follow.
  void refuse_count_line() const {
    if (width_ > 0 || entries_.has_all_couplings || entries_.bonds.size() < 2) return;
    Index largest = 0;
    for (std::size_t b = 1; b < entries_.bonds.size(); ++b)
      largest = std::max({largest, entries_.bonds[b].i, entries_.bonds[b].j});
    const auto& [n, m, J] = entries_.bonds.front();
    const bool counts_lines = m == std::ssize(entries_.bonds) - 1;
    if (n > largest || (n == largest && counts_lines))
      refuse_as_counts("may count sites and bonds");
  }

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  GraphLines lines_;
  GraphEntries entries_;
  BondColumn bonds_;
  std::size_t width_ = 0;                        ///< of the header; 0 without one
  std::array<std::size_t, 3> columns_{0, 1, 2};  ///< of i, j, J
};

}  // namespace

GraphEntries read_text_graph(const GraphSource& source, const GraphQuery& query) {
  return TextReader(source, query).read();
}

}  // namespace nmc::archive
