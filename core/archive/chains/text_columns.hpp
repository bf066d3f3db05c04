#pragma once

#include <vector>

#include "core/archive/chains/chain_reader.hpp"
#include "core/archive/chains/text_table.hpp"

namespace nmc::archive {

/// What each column of a table is.
struct Columns {
  const TextColumn* chain = nullptr;
  const TextColumn* warmup = nullptr;
  std::vector<const TextColumn*> draws;
  std::vector<const TextColumn*> variables;
};

/// By the names of the columns and by what the user says of them. Columns of text and without a
/// name go to `file.left_out`.
[[nodiscard]] Columns sort_columns(const TextTable& table, const AxesChoice& choice,
                                   ChainFile& file);

/// Whether the user said which column counts chains, or draws: then names alone do not.
[[nodiscard]] bool is_said(const AxesChoice& choice, AxisRole role);

/// UserError with the line where a cell of the column is no finite number.
void require_numbers(const TextTable& table, const TextColumn& column);

}  // namespace nmc::archive
