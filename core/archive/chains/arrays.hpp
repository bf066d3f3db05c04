#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/archive/chains/axes.hpp"
#include "core/archive/chains/chain_file.hpp"
#include "core/archive/chains/packing.hpp"

namespace nmc::archive {

/// An array of numbers in some file, not read yet.
struct StoredArray {
  std::string name;  ///< as the report calls it
  Shape shape;
  std::vector<std::string> axes;  ///< "" where the file names none
  Packing packing{};
  std::function<std::vector<double>()> read;  ///< row-major
  /// Coordinates along an axis, empty where there are none.
  std::function<std::vector<double>(std::size_t)> coordinates{};
  /// Some of it, for arrays that may be larger than memory; empty where only all can be read.
  std::function<std::vector<double>(const Part&)> read_part{};
};

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
