#pragma once

#include <map>
#include <string>
#include <string_view>

namespace nmc::archive {

/// What the comments of a Stan CSV file say (CmdStan User's Guide, "Stan CSV file format"; RStan
/// writes the same keys without blanks): whether rows of the warm-up were saved, and how many.
class StanComments {
 public:
  /// A comment that stands after `rows` rows of numbers.
  void read(std::string_view comment, std::size_t rows);
  [[nodiscard]] bool is_stan() const;
  /// Rows at the beginning that are warm-up. UserError where the comments and the rows contradict
  /// each other, and for methods whose rows are no Markov chain.
  [[nodiscard]] std::size_t warmup_rows(const std::string& path, std::size_t rows) const;
  /// A sentence where there are fewer or more rows than announced, else "".
  [[nodiscard]] std::string missing_rows(std::size_t rows) const;

 private:
  [[nodiscard]] std::size_t saved(const std::string& key) const;
  [[nodiscard]] bool saves_warmup() const;
  std::map<std::string, std::string> values_;
  bool has_adapted_ = false;
  std::size_t adapted_after_ = 0;  ///< rows before "Adaptation terminated"
};

}  // namespace nmc::archive
