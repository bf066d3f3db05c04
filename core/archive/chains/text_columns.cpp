#include "core/archive/chains/text_columns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "core/archive/chains/text_lines.hpp"
#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"

namespace nmc::archive {
namespace {

[[noreturn]] void fail(const TextTable& table, std::size_t row, const std::string& what) {
  throw UserError(table.place(row) + ": " + what);
}

bool is_warmup_name(const std::string& name) {
  constexpr std::array<std::string_view, 8> words{"warmup", "iswarmup", "inwarmup", "tune",
                                                  "tuning", "istune",   "burnin",   "isburnin"};
  return std::ranges::find(words, plain_name(name)) != words.end();
}

AxisRole role_of(const TextColumn& column, const AxesChoice& choice) {
  for (const auto& [name, role] : choice.meanings)
    if (name == column.name) return role;
  return role_of_name(column.name);
}

void require_known(const TextTable& table, const AxesChoice& choice) {
  std::vector<std::string> names;
  for (const TextColumn& column : table.columns) names.push_back(column.name);
  require(choice.names.empty(),
          table.path +
              ": its columns have names; --axes NAME=chain and --axes NAME=draw say which "
              "of them count chains and draws");
  for (const auto& [name, role] : choice.meanings) {
    require(std::ranges::find(names, name) != names.end(),
            fmt::format("{}: no column is named \"{}\"{}; there are {}", table.path, name,
                        did_you_mean(name, names), fmt::join(names, ", ")));
  }
}

bool is_decimal_comma(const std::string& cell) {
  const std::size_t comma = cell.find(',');
  if (comma == std::string::npos || comma == 0) return false;
  std::string point = cell;
  point[comma] = '.';
  return number_in(point).has_value();
}

void refuse_decimal_commas(const TextTable& table, const TextColumn& column) {
  if (!std::ranges::all_of(column.labels, is_decimal_comma)) return;
  fail(table, 0,
       fmt::format("\"{}\" in column {} is not a number; decimals need a point, not a comma",
                   column.labels[0], column.name));
}

std::string text_reason(const TextColumn& column) {
  const auto word =
      std::ranges::find_if(column.labels, [](const std::string& cell) { return !cell.empty(); });
  return word == column.labels.end() ? "it has no values" : fmt::format("text (\"{}\")", *word);
}

}  // namespace

void require_numbers(const TextTable& table, const TextColumn& column) {
  if (column.first_odd) {
    const auto& [row, cell] = *column.first_odd;
    const std::string what =
        cell.empty() ? fmt::format("no value in column {}", column.name)
                     : fmt::format("\"{}\" in column {} is not a number", cell, column.name);
    fail(
        table, row,
        what + (is_decimal_comma(cell) ? "; decimals need a point, not a comma"
                                       : "; a missing draw cannot be guessed: leave the column out "
                                         "(FILE:COLUMN picks one), or the draw in every chain"));
  }
  if (column.first_infinite)
    fail(table, *column.first_infinite,
         fmt::format("{} in column {}: a draw that is not finite has no mean",
                     column.values[*column.first_infinite], column.name));
  if (column.has_numbers && column.has_truths)
    throw UserError(
        fmt::format("{}: column {} mixes numbers and truth values", table.path, column.name));
}

bool is_said(const AxesChoice& choice, AxisRole role) {
  return std::ranges::any_of(choice.meanings,
                             [&](const auto& said) { return said.second == role; });
}

Columns sort_columns(const TextTable& table, const AxesChoice& choice, ChainFile& file) {
  require_known(table, choice);
  Columns columns;
  for (const TextColumn& column : table.columns) {
    const auto said =
        std::ranges::find(choice.meanings, column.name, &std::pair<std::string, AxisRole>::first);
    const bool was_said = said != choice.meanings.end();
    AxisRole role = role_of(column, choice);
    if (!was_said && role != AxisRole::other && is_said(choice, role)) role = AxisRole::other;
    if (column.name.empty()) {
      file.left_out.push_back({"a column without name", "row numbers, as R and pandas write them"});
    } else if (role == AxisRole::chain) {
      require(columns.chain == nullptr || was_said,
              fmt::format("{}: columns {} and {} both name chains; --axes NAME=chain picks one, "
                          "--axes NAME=variable makes the other a variable",
                          table.path, columns.chain == nullptr ? "" : columns.chain->name,
                          column.name));
      columns.chain = &column;
    } else if (role == AxisRole::draw && !column.is_text()) {
      columns.draws.push_back(&column);
    } else if (is_warmup_name(column.name) && !was_said) {
      columns.warmup = &column;
    } else if (column.is_text()) {
      refuse_decimal_commas(table, column);
      file.left_out.push_back({column.name, text_reason(column)});
    } else {
      columns.variables.push_back(&column);
    }
  }
  return columns;
}

}  // namespace nmc::archive
