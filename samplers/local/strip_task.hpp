#pragma once

#include <cstdint>

#include "samplers/local/bit_kernels.hpp"

namespace nmc::local_detail {

/// One row of the batch: the blocks' lines, and copies of the first and the last line as the blocks
/// before and after see them, with the words moved on by one.
struct StripTask {
  const BitRule* rule;
  StripGeometry shape;
  BitRandom random;
  std::uint64_t* words;
  std::uint64_t *above, *below;  ///< (block_x * 8) each
};

}  // namespace nmc::local_detail
