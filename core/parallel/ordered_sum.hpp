#pragma once

#include <span>

#include "core/batch.hpp"
#include "core/parallel/workers.hpp"

namespace nmc {

/// Rows per chunk where sums over a batch enter the result (training): fixed, so that the grouping
/// of the sum does not depend on ranks or threads.
inline constexpr Index chunk_rows = 64;

/// Number of chunks of `rows` rows, the last one may be shorter.
[[nodiscard]] inline Index chunk_count(Index rows) {
  return (rows + chunk_rows - 1) / chunk_rows;
}

/// total = Σ over the chunks of all ranks of their contributions, the same on every rank.
///
/// `chunks` is the number of chunks of all ranks together; rank r owns ranks.share(chunks).
/// `values` holds the contributions of the owned chunks one after the other, each as long as
/// `total`; it is used as scratch. The sum runs over a binary tree of the global chunk numbers
/// whose shape depends on `chunks` alone, so the result has the same bits for any number of ranks
/// and threads; a rank adds up the subtrees that it owns and sends their sums only. Collective.
void ordered_sum(const Workers& workers, Index chunks, std::span<double> values,
                 std::span<double> total);

}  // namespace nmc
