#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/batch.hpp"

namespace nmc::archive {

/// SHA-256 (FIPS 180-4) of a stream of bytes.
class Sha256 {
 public:
  Sha256();
  void update(std::span<const std::byte> bytes);
  /// Lower-case hexadecimal digest, 64 letters; call it once, last.
  [[nodiscard]] std::string finish();

 private:
  std::array<std::uint32_t, 8> state_;
  std::array<std::byte, 64> buffer_{};
  std::uint64_t length_ = 0;  // bytes so far
};

[[nodiscard]] std::string sha256(std::span<const std::byte> bytes);
[[nodiscard]] std::string sha256(const std::string& text);
/// Of numbers as they lie in memory (little-endian doubles), for weights.
[[nodiscard]] std::string sha256(std::span<const double> numbers);
/// Of a file from byte `skip` on. UserError where it cannot be read.
[[nodiscard]] std::string sha256_of_file(const std::string& path, Index skip = 0);

}  // namespace nmc::archive
