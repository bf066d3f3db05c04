#pragma once

#include "core/spins/spins.hpp"

namespace nmc {

/// Rows are pairs of independent replicas in blocks: row r and row r + stride are partners for r in
/// [0, stride), [2 stride, 3 stride), …; rows() is a multiple of 2 stride.
[[nodiscard]] inline bool is_first_of_pair(Index row, Index stride) {
  return row / stride % 2 == 0;
}

/// q_i = s_i^a s_i^b, the local overlaps of the replicas a and b: row r is that of rows r and
/// r + stride where r is the first of a pair; the other rows mean nothing. In any layout.
[[nodiscard]] Spins replica_products(const Spins& spins, Index stride);
/// The same of a batch, spins or real numbers, (rows, sites).
[[nodiscard]] Batch replica_products(const Batch& x, Index stride);

}  // namespace nmc
