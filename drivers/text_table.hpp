#pragma once

#include <string>
#include <vector>

namespace nmc::drivers {

/// Rows of words in aligned columns, the first column to the left and the others to the right.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> head) : rows_{std::move(head)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace nmc::drivers
