#include "drivers/figures/figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace nmc::figures {
namespace {

/// A block of columns of one length.
struct Block {
  std::vector<std::string> names;
  std::vector<const std::vector<double>*> columns;
};

// Names hold neither the tabs nor the line feeds that divide columns and lines.
std::string column_name(std::string name) {
  std::ranges::replace_if(
      name, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return name;
}

void add_columns(const Figure& figure, const Series& series, Block& block) {
  const std::string& own = series.name.empty() ? series.column : series.name;
  const std::string& name = own.empty() ? figure.y.label : own;
  if (!series.y.empty()) {
    block.names.push_back(column_name(name));
    block.columns.push_back(&series.y);
  }
  if (series.error.empty()) return;
  block.names.push_back(column_name(name + " error"));
  block.columns.push_back(&series.error);
}

std::vector<Block> blocks_of(const Figure& figure) {
  std::vector<Block> blocks;
  const std::vector<double>* last_x = nullptr;
  for (const Series& series : figure.series) {
    if (last_x == nullptr || *last_x != series.x || series.x.empty()) {
      blocks.emplace_back();
      if (!series.x.empty()) {
        const bool is_line_up = series.mark == Mark::mark_x;
        blocks.back().names.push_back(column_name(is_line_up ? series.name : figure.x.label));
        blocks.back().columns.push_back(&series.x);
      }
    }
    add_columns(figure, series, blocks.back());
    last_x = &series.x;
  }
  return blocks;
}

std::string block_text(const Block& block) {
  std::string text;
  std::size_t rows = 0;
  for (std::size_t i = 0; i < block.names.size(); ++i) {
    text += (i == 0 ? "" : "\t") + block.names[i];
    rows = std::max(rows, block.columns[i]->size());
  }
  text += "\n";
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < block.columns.size(); ++i) {
      if (i > 0) text += "\t";
      const std::vector<double>& column = *block.columns[i];
      if (row < column.size() && std::isfinite(column[row]))
        text += fmt::format("{:.9g}", column[row]);
    }
    text += "\n";
  }
  return text;
}

}  // namespace

bool has_marks(const Figure& figure) {
  return std::ranges::any_of(figure.series, [&](const Series& series) {
    if (series.mark == Mark::level || series.mark == Mark::mark_x) return false;
    return std::ranges::any_of(series.y, [](double y) { return std::isfinite(y); });
  });
}

std::string numbers(const Figure& figure) {
  std::string text;
  for (const Block& block : blocks_of(figure))
    text += (text.empty() ? "" : "\n") + block_text(block);
  return text;
}

}  // namespace nmc::figures
