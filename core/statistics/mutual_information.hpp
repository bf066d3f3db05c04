#pragma once

#include "core/batch.hpp"
#include "core/statistics/chains.hpp"
#include "core/statistics/estimate.hpp"

namespace nmc::statistics {

/// Mutual information of two real variables from n draws of the pair, in nats.
struct MutualInformation {
  /// −½ ln(1 − ρ²), ρ the correlation: exact where the pair is Gaussian, and of any other pair what
  /// its linear dependence alone carries. Jackknife over groups, bias corrected.
  Estimate gaussian;
  /// k nearest neighbours, first estimator of Kraskov, Stögbauer and Grassberger, PRE 69, 066138
  /// (2004), eq. (8); any dependence. Error: its variance falls as 1/n, and so is that of disjoint
  /// groups over their number (Holmes and Nemenman, PRE 100, 022404 (2019)).
  Estimate neighbours;
  /// The same of pairs whose partners are n/2 draws apart, of which the truth is 0 where draws are
  /// independent.
  double shuffled = not_a_number;
  /// Mean of the same estimator over the two halves of the draws: a bias that falls with n shows as
  /// a difference from `neighbours`.
  double halves = not_a_number;
};

/// Draws are cut into so many groups, in their order; draws of one chain should follow each other.
inline constexpr Index kInformationGroups = 20;
/// Fewest draws of mutual_information(): fifty in each group.
inline constexpr Index kLeastInformationDraws = 50 * kInformationGroups;
/// Neighbours that the estimator counts: small, for a small bias (Kraskov et al. advise 2 to 4).
inline constexpr Index kNeighbours = 3;

/// x and y are (draws). UserError, with the number needed, for too few draws; NaN where one of the
/// variables does not vary.
[[nodiscard]] MutualInformation mutual_information(const Column& x, const Column& y);

/// The nearest-neighbour estimate alone, of at least kNeighbours + 2 draws; 0 or a little below for
/// independent variables.
[[nodiscard]] double neighbour_information(const Column& x, const Column& y);

}  // namespace nmc::statistics
