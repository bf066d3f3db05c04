#pragma once

#include <vector>

#include "core/batch.hpp"

/// Arrays as files hold them: row-major, the last index is contiguous.
namespace nmc::archive {

using Shape = std::vector<Index>;

/// What a dataset or attribute holds, whatever its width.
enum class Kind { integer, real, text, other };

/// How numbers are stored.
enum class Element { float64, float32, int64, int8 };

/// A block of a dataset: `count` entries per axis from `start`.
struct Part {
  Shape start;
  Shape count;
};

/// Number of entries of an array of this shape.
[[nodiscard]] inline Index entries(const Shape& shape) {
  Index product = 1;
  for (const Index extent : shape) product *= extent;
  return product;
}

}  // namespace nmc::archive
