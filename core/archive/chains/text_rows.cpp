#include "core/archive/chains/text_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/archive/chains/draw_order.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

[[noreturn]] void fail_row(const TextTable& table, std::size_t row, const std::string& what) {
  throw UserError(table.place(row) + ": " + what);
}

/// Rows that are no warm-up, by Stan's comments and by a column that marks it.
Rows rows_to_keep(const TextTable& table, const Columns& columns, ChainFile& file) {
  const std::size_t first = table.comments.warmup_rows(table.path, table.rows());
  if (first > 0)
    file.notes.push_back(
        fmt::format("{} warm-up rows left out (save_warmup, num_warmup in the comments)", first));
  const std::string missing = table.comments.missing_rows(table.rows());
  if (!missing.empty()) file.notes.push_back(missing);
  Rows rows;
  for (std::size_t row = first; row < table.rows(); ++row) {
    if (columns.warmup == nullptr || columns.warmup->values[row] == 0) rows.push_back(row);
  }
  if (columns.warmup == nullptr) return rows;
  require_numbers(table, *columns.warmup);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double mark = columns.warmup->values[row];
    if (mark != 0 && mark != 1)
      fail_row(table, row,
               fmt::format("column {} marks warm-up by 0 and 1, not by {}; --axes "
                           "{}=variable makes it a variable",
                           columns.warmup->name, mark, columns.warmup->name));
  }
  const std::size_t dropped = table.rows() - first - rows.size();
  file.left_out.push_back(
      {columns.warmup->name, fmt::format("marks the warm-up: {} rows left out", dropped)});
  require(!rows.empty(), table.path + ": every row is warm-up");
  return rows;
}

/// Rows of each chain, in the order of the chains' numbers or, of names, of their appearance.
std::vector<Rows> rows_of_chains(const TextTable& table, const Columns& columns, const Rows& rows) {
  if (columns.chain == nullptr) return {rows};
  const TextColumn& column = *columns.chain;
  std::vector<Rows> chains;
  if (column.is_text()) {
    std::map<std::string, std::size_t> places;
    for (const std::size_t row : rows) {
      const auto [at, is_new] = places.emplace(column.labels[row], chains.size());
      if (is_new) chains.emplace_back();
      chains[at->second].push_back(row);
    }
  } else {
    require_numbers(table, column);
    std::map<double, Rows> sorted;
    for (const std::size_t row : rows) sorted[column.values[row]].push_back(row);
    for (auto& [number, list] : sorted) chains.push_back(std::move(list));
  }
  require(chains.size() == 1 || chains.front().size() > 1,
          fmt::format("{}: column {} is another one on every line: {} chains of one draw",
                      table.path, column.name, chains.size()));
  return chains;
}

/// A column that numbers the draws; the first one orders them.
struct Counter {
  const TextColumn* column;
  const TextColumn* chain;
  bool is_first;
};

std::string label(const TextColumn& column, std::size_t row) {
  return column.is_text() ? column.labels[row] : fmt::format("{}", column.values[row]);
}

/// Puts the rows of every chain into the order of its draws; the same distance in every chain.
void order_rows(const TextTable& table, const Counter& counter, std::vector<Rows>& chains,
                ChainFile& file) {
  const TextColumn& column = *counter.column;
  require_numbers(table, column);
  double spacing = 0;
  bool was_sorted = true;
  for (std::size_t chain = 0; chain < chains.size(); ++chain) {
    Rows& rows = chains[chain];
    const std::string owner =
        counter.chain == nullptr ? "" : " of chain " + label(*counter.chain, rows[0]);
    DrawNumbers draws{{}, [&](std::size_t i) { return table.place(rows[i]); }, column.name, owner};
    for (const std::size_t row : rows) draws.numbers.push_back(column.values[row]);
    const DrawOrder order = order_draws(draws);
    was_sorted = was_sorted && order.was_sorted;
    if (chain == 0) spacing = order.spacing;
    require(std::abs(order.spacing - spacing) <= 1e-3 * spacing,
            fmt::format("{}: {} rises by {} in one chain and by {} in another; thin them alike",
                        table.path, column.name, spacing, order.spacing));
    Rows sorted;
    for (const std::size_t place : order.places) sorted.push_back(rows[place]);
    rows = std::move(sorted);
  }
  require(was_sorted || counter.is_first,
          fmt::format("{}: {} puts the draws into another order than the column before it; --axes "
                      "NAME=draw picks one",
                      table.path, column.name));
  if (!was_sorted) file.notes.push_back("rows put into the order of " + column.name);
  if (spacing != 1 && spacing > 0)
    file.notes.push_back(
        fmt::format("draws lie {} apart in {}; tau counts draws", spacing, column.name));
}

/// A clock that does not rise evenly within every chain is an observable.
bool rises_evenly(const TextColumn& counter, const std::vector<Rows>& chains) {
  try {
    for (const Rows& rows : chains) {
      DrawNumbers draws{{}, [](std::size_t) { return std::string(); }, "", ""};
      for (const std::size_t row : rows) draws.numbers.push_back(counter.values[row]);
      if (!order_draws(draws).was_sorted) return false;
    }
  } catch (const UserError&) {
    return false;
  }
  return true;
}

/// Lengths of the stretches over which a column keeps its value; empty where it comes back to
/// an earlier one.
std::vector<std::size_t> block_lengths(const TextColumn& column, const Rows& rows) {
  std::vector<std::size_t> lengths;
  std::set<double> seen;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double value = column.values[rows[i]];
    if (i > 0 && value == column.values[rows[i - 1]]) {
      ++lengths.back();
      continue;
    }
    if (!seen.insert(value).second) return {};
    lengths.push_back(1);
  }
  return lengths;
}

/// Without a column of chains: one that keeps its values over equally long blocks numbers
/// something, and chains (or temperatures) one after the other would be taken for one.
void refuse_unnamed_chains(const TextTable& table, const Columns& columns, const Rows& rows,
                           const AxesChoice& choice) {
  constexpr std::size_t kLeastBlock = 10;  // an observable does not stay this long, this often
  for (const TextColumn* column : columns.variables) {
    const auto is_this = [&](const auto& said) { return said.first == column->name; };
    if (std::ranges::any_of(choice.meanings, is_this)) continue;
    const std::vector<std::size_t> blocks = block_lengths(*column, rows);
    const bool is_even = blocks.size() > 1 && blocks.front() >= kLeastBlock &&
                         std::ranges::count(blocks, blocks.front()) == std::ssize(blocks);
    require(
        !is_even,
        fmt::format("{}: column {} keeps each of its {} values for {} lines; does it number the "
                    "chains? Say --axes {}=chain, or --axes {}=variable",
                    table.path, column->name, blocks.size(), blocks.empty() ? 0 : blocks[0],
                    column->name, column->name));
  }
}

}  // namespace

std::vector<Rows> find_rows(const TextTable& table, const AxesChoice& choice, Columns& columns,
                            ChainFile& file) {
  const Rows rows = rows_to_keep(table, columns, file);
  std::vector<Rows> chains = rows_of_chains(table, columns, rows);
  if (columns.chain == nullptr) refuse_unnamed_chains(table, columns, rows, choice);
  std::erase_if(columns.draws, [&](const TextColumn* column) {
    const bool is_clock =
        is_time(column->name) && !is_said(choice, AxisRole::draw) && !rises_evenly(*column, chains);
    if (is_clock) columns.variables.push_back(column);
    return is_clock;
  });
  for (const TextColumn* counter : columns.draws)
    order_rows(table, {counter, columns.chain, counter == columns.draws.front()}, chains, file);
  for (const Rows& chain : chains) {
    require(chain.size() == chains.front().size(),
            fmt::format("{}: one chain has {} draws and another {}; cut them to equal length",
                        table.path, chains.front().size(), chain.size()));
  }
  return chains;
}

}  // namespace nmc::archive
