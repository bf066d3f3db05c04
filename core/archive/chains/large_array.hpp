#pragma once

#include "core/archive/chains/axes.hpp"
#include "core/archive/chains/chain_file.hpp"
#include "core/archive/chains/stored_array.hpp"

namespace nmc::archive {

/// Whether an array is better read in pieces: it can be, and takes more than some hundred MB.
[[nodiscard]] bool is_large(const StoredArray& array);

/// Splits an array into chains that need not fit into memory: of its variables some at a time, each
/// in pieces of draws, those of more than statistics::kMostExactNumbers numbers into blocks. Reads
/// the array once for as many variables as are held at a time. Draws must be in order.
void add_large_array(const StoredArray& array, const Axes& axes, ChainFile& file);

}  // namespace nmc::archive
