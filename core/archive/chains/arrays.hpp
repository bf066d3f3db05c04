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
};

/// Splits arrays into chains and adds them to `file`. Where `was_named` the user asked for these
/// arrays, and what cannot be analysed is refused; else it is left out and said, unless nothing
/// remains.
void add_arrays(const std::string& path, const std::vector<StoredArray>& arrays,
                const AxesChoice& choice, bool was_named, ChainFile& file);

}  // namespace nmc::archive
