#pragma once

#include <string>
#include <vector>

#include "core/archive/chains/axes.hpp"

namespace nmc::archive {

/// Entries of a row-major array between neighbours along each axis.
[[nodiscard]] Shape strides_of(const Shape& shape);

/// One variable of an array: an entry of all axes but chain and draw.
struct ArrayEntry {
  Index offset = 0;
  std::string label;  ///< "i, j", "" of an array that is one variable
};
[[nodiscard]] std::vector<ArrayEntry> list_entries(const Shape& shape, const Axes& axes);

/// "NAME[i, j]".
[[nodiscard]] std::string name_of_entry(const std::string& array, const ArrayEntry& entry);

}  // namespace nmc::archive
