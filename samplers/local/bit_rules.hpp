#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/batch.hpp"
#include "samplers/local/local_rule.hpp"

namespace nmc {

/// Comparisons of a random number with a threshold, for spins as bits. A site of degree z with
/// couplings ±J is in one of few classes:
///
///   metropolis: n < z / 2 unsatisfied bonds; it flips where u < e^{−2 β J (z − 2 n)}, class n.
///               With n = z / 2 it flips unless kTieRounds random bits are 0, with more always. In
///               a row where the site is hot (MetropolisKappa) all flips but those where one more
///               bit is 1 are taken.
///   heat bath:  |h| = J (z % 2 + 2 class); it turns against h where u < 1 / (1 + e^{2 β |h|}).
///
/// u has 64 bits. They are compared from the highest on: `kRounds` for all lanes at once, the other
/// 51 where a lane is still undecided, which one lane in 2^13 is. No threshold is 0: a move that
/// rounding makes impossible could cut the chain in two.
class BitRule {
 public:
  static constexpr int kRounds = 13, kMaxDegree = 8, kMaxClasses = 5;
  /// Rounds count from the highest bit; the lowest of the 13 are drawn first. A tie looks at the
  /// bits of the rounds 12 … 9.
  static constexpr int kTieRounds = 4;

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
  /// Whether sites of this degree are hot in a row, for Metropolis.
  [[nodiscard]] bool is_hot(Index row) const {
    return is_hot_[static_cast<std::size_t>(row % period_)];
  }
  /// Whether any row of the period is. All rows draw one more random word per site then.
  [[nodiscard]] bool has_hot_rows() const { return has_hot_rows_; }
  /// Where is_hot(), one bit per row of global group `group`.
  [[nodiscard]] std::uint64_t hot_lanes(Index group) const {
    return hot_lanes_[static_cast<std::size_t>(64 * group % period_)];
  }

 private:
  LocalRule rule_;
  int degree_, classes_;
  Index period_;
  bool has_hot_rows_ = false;
  std::vector<bool> is_hot_;               ///< [row of the period]
  std::vector<std::uint64_t> thresholds_;  ///< [row of the period][class]
  std::array<std::ptrdiff_t, kRounds> union_offsets_{};
  std::vector<std::uint64_t> lanes_;      ///< [64 group % period][round][class]
  std::vector<std::uint64_t> hot_lanes_;  ///< [64 group % period]
};

}  // namespace nmc
