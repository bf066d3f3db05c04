#pragma once

#include <cstdint>

#include "core/random/streams.hpp"

namespace nmc {

/// Generators xoroshiro128++ (Blackman and Vigna, ACM TOMS 47 (2021) 36) side by side for SIMD:
/// state[k * count + i] is word k < 2 of generator i, and row 2 is a word more, a key for hashes.
struct XoroshiroBank {
  static constexpr Index kRows = 3;
  std::uint64_t* state;  ///< (kRows, count)
  Index count;
};

/// Seeds generator i by the Philox blocks 0 and 1 of chain first + i, in place of
/// streams.first_chain: words 0 and 1 are the four words of block 0 in order, low halves first, the
/// key is the first half of block 1. They are seeded afresh for every step: nothing is stored.
void seed(const Streams& streams, std::uint64_t first, const XoroshiroBank& bank);

}  // namespace nmc
