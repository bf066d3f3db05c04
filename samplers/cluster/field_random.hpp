#pragma once

#include <array>
#include <cstdint>

#include "core/random/xoshiro.hpp"

namespace nmc {

/// Decisions of a field's cluster walk: bonds with a probability of their own each.
class FieldRandom {
 public:
  explicit FieldRandom(const Xoshiro& generator) : generator_(generator) {}

  std::uint64_t below(std::uint64_t n) { return generator_.below(n); }
  /// To be called before the decisions of one site, of which there are at most kSize.
  void reserve(std::size_t decisions) {
    if (next_ + decisions > kSize) refill();
  }
  /// True with probability 1 − e^{−a}, never for a <= 0: where an exponential number lies below a.
  bool is_open_exponent(double a) { return a + logs_[next_++] > 0; }

  static constexpr std::size_t kSize = 512;

 private:
  /// Logarithms of new uniforms in (0, 1).
  void refill();

  Xoshiro generator_;
  std::size_t next_ = kSize;
  alignas(64) std::array<double, kSize> logs_;
};

}  // namespace nmc
