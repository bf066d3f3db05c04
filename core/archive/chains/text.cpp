#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/archive/chains/formats.hpp"
#include "core/archive/chains/text_rows.hpp"
#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"

namespace nmc::archive {
namespace {

using statistics::Chains;

std::string column_roles_text(const Columns& columns) {
  std::string text =
      columns.chain == nullptr ? "one chain" : "chains by column " + columns.chain->name;
  for (const TextColumn* draw : columns.draws)
    text += (draw == columns.draws.front() ? ", draws by column " : " and ") + draw->name;
  return columns.draws.empty() ? text + ", draws in the order of the lines" : text;
}

std::string delimiter_text(char delimiter) {
  return delimiter == '\t' ? "tabs" : delimiter == ';' ? "semicolons" : "blanks";
}

}  // namespace

void read_text_chains(const std::string& path, const std::string& wanted, const AxesChoice& choice,
                      ChainFile& file) {
  const TextTable table = read_text_table(path);
  Columns columns = sort_columns(table, choice, file);
  const std::vector<Rows> chains = find_rows(table, choice, columns, file);
  if (table.delimiter != ',' && table.columns.size() > 1)
    file.notes.push_back("columns separated by " + delimiter_text(table.delimiter));
  std::vector<std::string> names;
  for (const TextColumn* column : columns.variables) {
    names.push_back(column->name);
    if (!wanted.empty() && column->name != wanted) continue;
    require_numbers(table, *column);
    Chains draws(static_cast<Index>(chains.front().size()), static_cast<Index>(chains.size()));
    for (std::size_t chain = 0; chain < chains.size(); ++chain) {
      for (std::size_t draw = 0; draw < chains[chain].size(); ++draw)
        draws(static_cast<Index>(draw), static_cast<Index>(chain)) =
            column->values[chains[chain][draw]];
    }
    file.add({column->name, std::move(draws), "", column_roles_text(columns)});
  }
  std::string reasons;
  for (const LeftOut& one : file.left_out) reasons += "\n  " + one.name + ": " + one.reason;
  require(!names.empty(),
          path + " has no column of draws beside those that number chains and draws" + reasons);
  require(!file.variables.empty(),
          fmt::format("{} has no column {}{}; it has {}", path, wanted, did_you_mean(wanted, names),
                      fmt::join(names, ", ")));
}

}  // namespace nmc::archive
