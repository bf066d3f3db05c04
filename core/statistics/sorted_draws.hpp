#pragma once

#include <cstdint>
#include <vector>

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// Φ⁻¹ of ranks 1 … S by Blom's fractional offsets, (rank - 3/8) / (S + 1/4) (Vehtari et al. 2021,
/// eq. 14); ties have half-integer ranks. Antisymmetric about the middle, and every integer rank is
/// computed once.
class NormalScores {
 public:
  explicit NormalScores(Index S);

  [[nodiscard]] double operator()(double rank);

 private:
  [[nodiscard]] double compute(double rank) const;

  double S_;
  std::vector<double> known_;  ///< of ranks 1, 2, … below the middle; NaN: not asked for yet
};

/// All draws of some chains in ascending order, with where they were: what ranks and quantiles are
/// read from, so that draws are sorted once. The draws are finite.
class SortedDraws {
 public:
  explicit SortedDraws(const ChainsRef& chains);

  [[nodiscard]] Index draws() const { return draws_; }  ///< of each chain
  [[nodiscard]] Index chains() const { return chains_; }
  [[nodiscard]] const std::vector<double>& values() const { return values_; }

  /// Quantile of all draws, as quantile() of chains.
  [[nodiscard]] double quantile(double probability) const;
  /// Normal scores of the ranks, (draws, chains); draws within kRounding of the largest are ties.
  /// `score` is that of as many draws.
  [[nodiscard]] Chains scores(NormalScores& score) const;
  /// Those of the half chains as chains of their own, (draws / 2, 2 chains): the middle draw of an
  /// odd number is dropped.
  [[nodiscard]] Chains half_scores(NormalScores& score) const;
  /// Normal scores of the half chains of |x - median of all draws|. Ties are joined before they are
  /// folded: distances from a median between two draws are equal up to rounding in pairs, whose
  /// order is that of the reference.
  [[nodiscard]] Chains folded_half_scores(NormalScores& score) &&;

 private:
  SortedDraws(Index draws, Index chains) : draws_(draws), chains_(chains) {}
  /// The half chains as chains of their own.
  void take_halves();
  /// |x - median|.
  [[nodiscard]] SortedDraws folded() const;
  /// Draws within rounding of each other become one value, the least of them.
  void join_ties();
  [[nodiscard]] Chains scores_within(double rounding, NormalScores& score) const;
  [[nodiscard]] double rounding() const;

  Index draws_ = 0, chains_ = 0;
  std::vector<double> values_;        ///< ascending
  std::vector<std::int64_t> places_;  ///< chain * draws + draw, of each of values
};

}  // namespace nmc::statistics
