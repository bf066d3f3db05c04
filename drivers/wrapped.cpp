#include "drivers/wrapped.hpp"

#include <sstream>

namespace nmc::drivers {

std::string wrapped(const std::string& text, std::size_t column, std::size_t indent) {
  std::istringstream words(text);
  std::string word, lines;
  bool is_first = true;  // of its line
  while (words >> word) {
    if (!is_first && column + 1 + word.size() > kPageColumns) {
      lines += "\n" + std::string(indent, ' ');
      column = indent;
      is_first = true;
    }
    if (!is_first) lines += " ";
    lines += word;
    column += word.size() + (is_first ? 0 : 1);
    is_first = false;
  }
  return lines;
}

}  // namespace nmc::drivers
