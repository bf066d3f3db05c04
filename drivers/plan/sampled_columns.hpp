#pragma once

#include "core/batch.hpp"

namespace nmc::drivers {

/// Columns of one rung, (draws, chains), of a table (draws, rows).
[[nodiscard]] Batch rung_columns(const Batch& rows, Index rung, Index rungs);

/// One column for every pair of chains, those of its first chain, of a table (draws, rows).
[[nodiscard]] Batch pair_columns(const Batch& rows, Index rungs);

}  // namespace nmc::drivers
