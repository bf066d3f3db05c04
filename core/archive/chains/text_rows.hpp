#pragma once

#include <vector>

#include "core/archive/chains/text_columns.hpp"

namespace nmc::archive {

/// Places in the table of the draws of one chain.
using Rows = std::vector<std::size_t>;

/// Rows of every chain, without the warm-up, each in the order of its draws. UserError for chains
/// of unequal length, for gaps, for draws given twice, and where a column seems to number chains
/// and nobody says so. A time that does not rise evenly is moved to the variables.
[[nodiscard]] std::vector<Rows> find_rows(const TextTable& table, const AxesChoice& choice,
                                          Columns& columns, ChainFile& file);

}  // namespace nmc::archive
