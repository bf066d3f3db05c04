#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "samplers/local/local_rule.hpp"

namespace nmc {

/// Decisions of the sites of a lattice in strings that are not all alike: at open ends, in a
/// uniform field. A site is in a class of five digits, v + 16 s:
///
///   metropolis: v = 2 (unsatisfied bonds) + (missing ones), s whether the spin is up; it flips
///               where u < p, ΔH = 2 J (z − v) ± 2 h.
///   heat bath:  v = 2 (neighbours that want it up) + (missing ones), s = 0; it is up where u < p.
///
/// with p that of real_probability(), z the degree inside the lattice, by which alone sites count
/// as hot. The bits of the thresholds, one function of the digits for each round, are evaluated for
/// all lanes at once in their algebraic normal form (Zhegalkin 1927): the sum modulo 2 over subsets
/// of the outer digits v₀, v₃, s of their product times one of the 16 functions of v₁ and v₂.
class StringRule {
 public:
  static constexpr int kDigits = 5, kClasses = 32, kRounds = 13, kOuter = 8;
  static constexpr std::ptrdiff_t kStride = 8;  ///< words of one function of v₁ and v₂

  struct Couplings {
    double J, h, beta;
    int degree;  ///< z
  };
  StringRule(LocalRule rule, const Couplings& couplings);

  [[nodiscard]] LocalRule rule() const { return rule_; }
  /// The probability of a class, and floor(2^64 p), 2^64 − 1 where it is certain.
  [[nodiscard]] double probability(int c) const { return p_[static_cast<std::size_t>(c)]; }
  [[nodiscard]] std::uint64_t threshold(int c) const {
    return thresholds_[static_cast<std::size_t>(c)];
  }
  /// kStride times which function of v₁ and v₂ belongs to each subset of the outer digits (bit 0
  /// v₀, bit 1 v₃, bit 2 s): of bit 63 − round of the thresholds, and of p = 1 (round kRounds).
  [[nodiscard]] const std::ptrdiff_t* functions(int round) const {
    return functions_[static_cast<std::size_t>(round)].data();
  }

 private:
  LocalRule rule_;
  std::array<double, kClasses> p_{};
  std::array<std::uint64_t, kClasses> thresholds_{};
  std::array<std::array<std::ptrdiff_t, kOuter>, kRounds + 1> functions_{};
};

}  // namespace nmc
