#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// How a local sampler draws one spin given the others.
enum class LocalRule {
  metropolis,  ///< flips with probability min(1, e^{−β ΔH})
  heat_bath,   ///< up with probability 1 / (1 + e^{−2 β h})
};

/// Comparisons of a random number with a threshold, for spins as bits. A site of degree z with
/// couplings ±J is in one of few classes:
///
///   metropolis: n < z / 2 unsatisfied bonds; it flips where u < e^{−2 β J (z − 2 n)}, class n.
///               With more it always flips.
///   heat bath:  |h| = J (z % 2 + 2 class); it turns against h where u < 1 / (1 + e^{2 β |h|}).
///
/// u has 64 bits. They are compared from the highest on: `kRounds` for all lanes at once, the other
/// 51 where a lane is still undecided, which one lane in 2^13 is.
class BitRule {
 public:
  static constexpr int kRounds = 13, kMaxDegree = 8, kMaxClasses = 5;

  /// One inverse temperature per row with the period betas.size(); J > 0 the common magnitude.
  BitRule(LocalRule rule, int degree, double J, const std::vector<double>& betas);

  [[nodiscard]] LocalRule rule() const { return rule_; }
  [[nodiscard]] int degree() const { return degree_; }
  [[nodiscard]] int classes() const { return classes_; }
  /// Whether all rows have one threshold per class.
  [[nodiscard]] bool is_uniform() const { return period_ == 1; }

  /// floor(2^64 p) of a class; rows count from global row 0.
  [[nodiscard]] std::uint64_t threshold(Index row, int c) const {
    return thresholds_[static_cast<std::size_t>(row % period_ * classes_ + c)];
  }
  /// The same as a probability.
  [[nodiscard]] double probability(Index row, int c) const;
  /// kUnionStride times the set of classes whose threshold has bit 63 − round; bit c of the set is
  /// class c. Of uniform rules.
  [[nodiscard]] const std::ptrdiff_t* union_offsets() const { return union_offsets_.data(); }
  static constexpr std::ptrdiff_t kUnionStride = 8;
  /// Bit 63 − round of the thresholds of class c, one bit per row of global group `group`.
  [[nodiscard]] std::uint64_t lanes(Index group, int round, int c) const;

 private:
  LocalRule rule_;
  int degree_, classes_;
  Index period_;
  std::vector<std::uint64_t> thresholds_;  ///< [row of the period][class]
  std::array<std::ptrdiff_t, kRounds> union_offsets_{};
  std::vector<std::uint64_t> lanes_;  ///< [64 group % period][round][class]
};

}  // namespace nmc
