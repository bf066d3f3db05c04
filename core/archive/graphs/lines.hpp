#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/archive/graphs/source.hpp"
#include "core/batch.hpp"

namespace nmc::archive {

/// The lines of a text that are neither empty nor comments, as words.
class GraphLines {
 public:
  using Words = std::vector<std::string_view>;

  /// What follows `comment` in a line is left out; '\0': there are no comments.
  GraphLines(const GraphSource& source, char comment) : source_(source), comment_(comment) {}

  /// Goes to the next line that says something; false at the end.
  bool next();
  [[nodiscard]] Index number() const { return number_; }
  [[nodiscard]] std::string_view text() const { return text_; }
  /// Divided by blanks, or by a comma or semicolon with blanks around it. UserError for a column
  /// that is empty.
  [[nodiscard]] const Words& words();

  [[noreturn]] void fail(const std::string& what) const;
  [[nodiscard]] Index integer(const char* name, std::string_view word) const;
  /// The way out of a line with more than so many values in which commas may be decimal ones; ""
  /// for others.
  [[nodiscard]] std::string comma_hint(std::size_t most) const;
  /// NaN and infinity are read, and refused with their place when the graph is made.
  [[nodiscard]] double real(const char* name, std::string_view word) const;

 private:
  const GraphSource& source_;
  char comment_;
  std::size_t at_ = 0;
  Index number_ = 0;
  std::string_view text_;
  Words words_;
};

}  // namespace nmc::archive
