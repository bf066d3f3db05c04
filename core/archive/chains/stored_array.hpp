#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/archive/array.hpp"
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

}  // namespace nmc::archive
