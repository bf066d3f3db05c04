#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/archive/chains/stan_comments.hpp"

namespace nmc::archive {

/// One column of a table. Cells are numbers, true and false (1 and 0), or text.
struct TextColumn {
  /// A cell that is neither a number nor a truth value.
  struct Odd {
    std::size_t row;
    std::string cell;
  };
  std::string name;
  std::vector<double> values;       ///< NaN for what is no number
  std::vector<std::string> labels;  ///< all cells, until the first number
  std::optional<Odd> first_odd;
  std::optional<std::size_t> first_infinite;  ///< row of a number that is not finite
  bool has_numbers = false, has_truths = false;

  void add(const std::string& cell);
  [[nodiscard]] bool is_text() const { return !has_numbers && !has_truths; }
};

/// A text file of columns: one line per draw, one column per variable, names in the first line or
/// in the comment above the numbers. Lines that begin with # or % are comments.
struct TextTable {
  std::string path;
  char delimiter = ',';
  std::vector<TextColumn> columns;
  std::vector<std::size_t> lines;  ///< of each row, from 1
  StanComments comments;

  [[nodiscard]] std::string place(std::size_t row) const;  ///< "chains.csv:17"
  [[nodiscard]] std::size_t rows() const { return lines.size(); }
};

/// UserError with the line for rows of another width, repeated headers and names given twice.
[[nodiscard]] TextTable read_text_table(const std::string& path);

}  // namespace nmc::archive
