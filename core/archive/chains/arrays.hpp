#pragma once

#include <string>
#include <vector>

#include "core/archive/chains/axes.hpp"
#include "core/archive/chains/chain_file.hpp"
#include "core/archive/chains/stored_array.hpp"

namespace nmc::archive {

/// The arrays of one file that are to be split into chains.
struct StoredArrays {
  std::string path;
  std::vector<StoredArray> arrays;
  /// Whether the user asked for these: what cannot be analysed is refused then; else it is left out
  /// and said, unless nothing remains.
  bool was_named = false;
};

/// Splits arrays into chains and adds them to `file`.
void add_arrays(const StoredArrays& stored, const AxesChoice& choice, ChainFile& file);

}  // namespace nmc::archive
