#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>

#include "core/archive/chain_reader.hpp"
#include "core/errors.hpp"

namespace nmc::archive {

using statistics::Chains;

namespace {

std::string trimmed(const std::string& text) {
  const char* const blanks = " \t\r\"";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells;
  std::size_t begin = 0;
  for (std::size_t end = line.find(','); end != std::string::npos; end = line.find(',', begin)) {
    cells.push_back(trimmed(line.substr(begin, end - begin)));
    begin = end + 1;
  }
  cells.push_back(trimmed(line.substr(begin)));
  return cells;
}

/// Reads a whole cell as a number ("nan" and "inf" are numbers), in every locale.
bool is_number(const std::string& cell, double& value) {
  const char* const end = cell.data() + cell.size();
  const char* const begin = cell.data() + (cell.starts_with('+') ? 1 : 0);
  const auto [stop, error] = std::from_chars(begin, end, value);
  return error == std::errc() && stop == end && !cell.empty();
}

struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<double>> rows;
};

std::vector<double> parse_row(const std::vector<std::string>& cells, const Table& table,
                              const std::string& where) {
  require(cells.size() == table.names.size(),
          where + ": " + std::to_string(cells.size()) + " values where " +
              std::to_string(table.names.size()) + " columns were announced" +
              (cells.size() < table.names.size() ? "; is the file cut off?" : ""));
  std::vector<double> row(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    require(is_number(cells[i], row[i]),
            where + ": \"" + cells[i] + "\" in column " + table.names[i] + " is not a number");
  }
  return row;
}

/// Names from a first line that is not all numbers, else column0, column1 …
std::vector<std::string> names_of(const std::vector<std::string>& cells, bool& is_header) {
  double value = 0;
  is_header = !std::all_of(cells.begin(), cells.end(),
                           [&](const std::string& cell) { return is_number(cell, value); });
  if (is_header) return cells;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < cells.size(); ++i) names.push_back("column" + std::to_string(i));
  return names;
}

Table read_table(const std::string& path) {
  std::ifstream file(path);
  require(file.good(), path + " cannot be read");
  Table table;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (trimmed(line).empty() || trimmed(line).starts_with('#')) continue;
    const std::vector<std::string> cells = split(line);
    if (table.names.empty()) {
      bool is_header = false;
      table.names = names_of(cells, is_header);
      if (is_header) continue;
    }
    table.rows.push_back(parse_row(cells, table, path + ":" + std::to_string(number)));
  }
  require(!table.rows.empty(), path +
                                   " holds no numbers; a CSV file of chains has one column per " +
                                   "variable and one line per draw");
  return table;
}

/// Rows of each chain, in the order of the chains' numbers.
std::vector<std::vector<std::size_t>> rows_of_chains(const Table& table, std::size_t chain_column,
                                                     const std::string& path) {
  std::map<double, std::vector<std::size_t>> rows;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    rows[chain_column < table.names.size() ? table.rows[row][chain_column] : 0].push_back(row);
  }
  std::vector<std::vector<std::size_t>> chains;
  for (const auto& [chain, list] : rows) {
    require(list.size() == rows.begin()->second.size(),
            path + ": one chain has " + std::to_string(rows.begin()->second.size()) +
                " draws and another " + std::to_string(list.size()) + "; cut them to equal length");
    chains.push_back(list);
  }
  return chains;
}

}  // namespace

std::vector<NamedChains> read_csv_chains(const std::string& path) {
  const Table table = read_table(path);
  const auto found = std::find(table.names.begin(), table.names.end(), "chain");
  const auto chain_column = static_cast<std::size_t>(found - table.names.begin());
  const auto rows = rows_of_chains(table, chain_column, path);
  std::vector<NamedChains> variables;
  for (std::size_t column = 0; column < table.names.size(); ++column) {
    if (column == chain_column || table.names[column] == "draw") continue;
    Chains chains(static_cast<Index>(rows.front().size()), static_cast<Index>(rows.size()));
    for (std::size_t chain = 0; chain < rows.size(); ++chain) {
      for (std::size_t draw = 0; draw < rows[chain].size(); ++draw) {
        chains(static_cast<Index>(draw), static_cast<Index>(chain)) =
            table.rows[rows[chain][draw]][column];
      }
    }
    variables.push_back({table.names[column], chains});
  }
  require(!variables.empty(), path + " has no column of draws beside chain and draw");
  return variables;
}

}  // namespace nmc::archive
