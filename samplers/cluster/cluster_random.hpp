#pragma once

#include <cmath>
#include <cstdint>

#include "core/random/xoshiro.hpp"

/// Random decisions of cluster walks. The walks are templates over a class with the functions of
/// ClusterRandom, so that a test can put all possible outcomes through the very same code.
namespace nmc {

/// p as 64 bits, floor(p 2^64), at most 2^64 − 1: 64 random bits lie below it with probability p.
[[nodiscard]] inline std::uint64_t threshold_of(double p) {
  if (!(p > 0)) return 0;
  return p >= 1 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(std::ldexp(p, 64));
}

/// Probability 1 − e^{−2βJ} of a bond between equal spins (Fortuin and Kasteleyn 1972).
[[nodiscard]] inline double bond_probability(double beta, double J) {
  return -std::expm1(-2 * beta * J);
}

class ClusterRandom {
 public:
  /// Decisions of four bonds, bit 16 k + 15 that of bond k.
  using Four = std::uint64_t;

  /// `threshold` is that of four(), where it is used.
  explicit ClusterRandom(const Xoshiro& generator, std::uint64_t threshold = 0)
      : generator_(generator),
        threshold_(threshold),
        base_((threshold >> 49) * kOnes + (0x8000U - 1U) * kOnes) {}

  /// Four bonds from one word: its lanes of 15 bits decide, but in one of 2^13 words, where one of
  /// them equals the threshold's upper bits and 49 further bits are drawn.
  Four four() {
    // Lane by lane 0x8000 + b − 1 − a, without a borrow: 0x8000 and more where a < b.
    const Four lanes = base_ - (generator_.next() & kLow);
    const Four tie = lanes ^ kLow;
    if (((tie - kOnes) & ~tie & kHigh) != 0) [[unlikely]]
      return resolved(lanes);
    return lanes;
  }
  /// Whether bond k of four is there; where it is not a candidate its decision has no meaning.
  static bool is_open(Four four, int k, bool is_candidate) {
    return (four >> (16 * k + 15) & static_cast<Four>(is_candidate)) != 0;
  }
  /// One bond with a probability of its own; asked of candidates alone.
  bool is_open(std::uint64_t threshold) { return generator_.next() < threshold; }

  std::uint64_t below(std::uint64_t n) { return generator_.below(n); }
  /// One bit; where it is not wanted it has no meaning.
  bool coin(bool /*is_wanted*/) {
    if (left_ == 0) {
      bits_ = generator_.next();
      left_ = 64;
    }
    --left_;
    const bool bit = (bits_ & 1) != 0;
    bits_ >>= 1;
    return bit;
  }

  /// Bonds to the ghost: each is absent with probability e^{−a}, so that the sum of all a that a
  /// cluster meets before the first one is exponential. One number decides for a whole cluster.
  void begin_cluster() { ghost_left_ = -std::log1p(-generator_.uniform()); }
  bool meets_ghost(double a) {
    ghost_left_ -= a;
    return ghost_left_ < 0;
  }
  /// One bond to the ghost, present with probability 1 − e^{−a}.
  bool meets_ghost_once(double a) { return generator_.uniform() < -std::expm1(-a); }

 private:
  static constexpr std::uint64_t kOnes = 0x0001000100010001U;
  static constexpr std::uint64_t kLow = 0x7fff * kOnes, kHigh = 0x8000 * kOnes;

  Four resolved(Four lanes) {
    constexpr std::uint64_t lane = 0xffff, tie = 0x7fff, rest = (std::uint64_t{1} << 49) - 1;
    for (int k = 0; k < 4; ++k)
      if ((lanes >> (16 * k) & lane) == tie && generator_.next() >> 15 < (threshold_ & rest))
        lanes |= std::uint64_t{0x8000} << (16 * k);
    return lanes;
  }

  Xoshiro generator_;
  std::uint64_t threshold_, base_;
  std::uint64_t bits_ = 0;
  int left_ = 0;
  double ghost_left_ = 0;
};

}  // namespace nmc
