#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nmc::archive {

/// Bytes of a file.
struct ByteRange {
  std::uint64_t first = 0, count = 0;
};

/// Where the large datasets of an HDF5 file lie that are stored in one piece.
[[nodiscard]] std::vector<ByteRange> large_datasets(const std::string& path);

}  // namespace nmc::archive
