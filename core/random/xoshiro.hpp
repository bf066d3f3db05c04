#pragma once

#include <array>
#include <cstdint>

#include "core/random/streams.hpp"

namespace nmc {

/// xoshiro256++ (Blackman and Vigna, ACM TOMS 47 (2021) 36): a fast generator for long walks over
/// one chain. It is seeded afresh by Philox for every step and chain, so that it is never stored
/// and its numbers depend on (seed, purpose, step, global chain) alone.
class Xoshiro {
 public:
  using State = std::array<std::uint64_t, 4>;
  Xoshiro(const Streams& streams, Index row, std::uint32_t stream = 0)
      : s_(seed(streams, row, stream)) {}

  std::uint64_t next() {
    const std::uint64_t result = rotate(s_[0] + s_[3], 23) + s_[0];
    const std::uint64_t t = s_[1] << 17;
    s_[2] ^= s_[0];
    s_[3] ^= s_[1];
    s_[1] ^= s_[2];
    s_[0] ^= s_[3];
    s_[2] ^= t;
    s_[3] = rotate(s_[3], 45);
    return result;
  }
  /// In [0, 1), 53 bits.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  /// In 0 … n − 1, without bias (Lemire 2019).
  std::uint64_t below(std::uint64_t n) {
    Wide product = static_cast<Wide>(next()) * n;
    if (static_cast<std::uint64_t>(product) < n) {
      const std::uint64_t least = -n % n;
      while (static_cast<std::uint64_t>(product) < least) product = static_cast<Wide>(next()) * n;
    }
    return static_cast<std::uint64_t>(product >> 64);
  }

  /// The state of stream `stream` of a row: Philox blocks 2 stream and 2 stream + 1.
  [[nodiscard]] static State seed(const Streams& streams, Index row, std::uint32_t stream);

 private:
  __extension__ using Wide = unsigned __int128;
  static std::uint64_t rotate(std::uint64_t x, int k) { return x << k | x >> (64 - k); }
  State s_;
};

}  // namespace nmc
