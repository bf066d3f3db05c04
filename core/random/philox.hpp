#pragma once

#include <array>
#include <cstdint>

#include "core/random/streams.hpp"

namespace nmc {

/// The four 32-bit words of block `block` of row `row`: the scalar reference, through Random123,
/// that the vectorised fills equal bit for bit. Uniform 2·block comes from words 0 (low) and 1
/// (high), uniform 2·block + 1 from words 2 and 3.
[[nodiscard]] std::array<std::uint32_t, 4> philox_block(const Streams& streams, Index row,
                                                        std::uint32_t block);

/// The uniform of 64 random bits: (k + 1/2) 2^-52 with k the upper 52 bits. Exact in double, never
/// 0 nor 1, symmetric about 1/2.
[[nodiscard]] double uniform_of(std::uint32_t low, std::uint32_t high);

}  // namespace nmc
