#include "core/random/philox.hpp"

#include <Random123/philox.h>

namespace nmc {

std::array<std::uint32_t, 4> philox_block(const Streams& streams, Index row, std::uint32_t block) {
  const r123::Philox4x32::ctr_type counter = {{
      block,
      static_cast<std::uint32_t>(streams.step),
      static_cast<std::uint32_t>(streams.first_chain + row),
      static_cast<std::uint32_t>(streams.purpose) |
          static_cast<std::uint32_t>((streams.step >> 32) << 8),
  }};
  const r123::Philox4x32::key_type key = {
      {static_cast<std::uint32_t>(streams.seed), static_cast<std::uint32_t>(streams.seed >> 32)}};
  const auto words = r123::Philox4x32()(counter, key);
  return {words[0], words[1], words[2], words[3]};
}

double uniform_of(std::uint32_t low, std::uint32_t high) {
  const std::uint64_t k = ((std::uint64_t{high} << 32) | low) >> 12;
  return (static_cast<double>(k) + 0.5) * 0x1p-52;
}

}  // namespace nmc
