#include "core/archive/chains/array_entries.hpp"

namespace nmc::archive {

Shape strides_of(const Shape& shape) {
  Shape strides(shape.size(), 1);
  for (std::size_t axis = shape.size() - 1; axis-- > 0;) {
    strides[axis] = strides[axis + 1] * shape[axis + 1];
  }
  return strides;
}

std::vector<ArrayEntry> list_entries(const Shape& shape, const Axes& axes) {
  const Shape strides = strides_of(shape);
  std::vector<ArrayEntry> list(1);
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (axis == axes.chain || axis == axes.draw) continue;
    std::vector<ArrayEntry> longer;
    for (const ArrayEntry& entry : list) {
      for (Index i = 0; i < shape[axis]; ++i) {
        const std::string comma = entry.label.empty() ? "" : ", ";
        longer.push_back(
            {entry.offset + i * strides[axis], entry.label + comma + std::to_string(i)});
      }
    }
    list = std::move(longer);
  }
  return list;
}

std::string name_of_entry(const std::string& array, const ArrayEntry& entry) {
  return entry.label.empty() ? array : array + "[" + entry.label + "]";
}

}  // namespace nmc::archive
