#pragma once

#include <cstdint>
#include <span>

#include "core/spins/spins.hpp"

namespace nmc {

/// Exchanges the configurations of rows r and r + 1 wherever exchange[r] is not 0, in any layout.
/// No two marked rows are neighbours; the last row is not marked. In lanes all rows of a word are
/// exchanged by one masked shift (delta swap, Knuth, TAOCP 4A, 7.1.3).
void exchange_rows(Spins& spins, std::span<const std::uint8_t> exchange);

/// A row of a batch.
struct RowOf {
  const Spins& spins;
  Index row;
};
/// Row `to` becomes a copy of a row of the same or another batch of the same sites and layout.
void copy_row(const RowOf& from, Spins& spins, Index to);

}  // namespace nmc
