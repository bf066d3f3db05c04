#include "core/statistics/rhat.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/statistics/significance.hpp"

namespace nmc::statistics {
namespace {

/// √((B/W + n - 1)/n), B = n var of the chain means, W = mean of the chain variances.
double basic_rhat(const ChainsRef& given) {
  if (given.rows() < 2 || given.cols() < 2 || is_degenerate(given)) return not_a_number;
  const Chains chains = scaled(given).chains;
  const auto n = static_cast<double>(chains.rows());
  const Column means = chains.colwise().mean().transpose();
  Column variances(chains.cols());
  for (Index chain = 0; chain < chains.cols(); ++chain) {
    variances[chain] = sample_variance(chains.col(chain));
  }
  const double between = n * sample_variance(means);
  return std::sqrt((between / variances.mean() + n - 1) / n);
}

struct Entry {
  double value;
  Index place;
};

std::vector<Entry> ascending(const Chains& draws) {
  std::vector<Entry> sorted;
  sorted.reserve(static_cast<std::size_t>(draws.size()));
  for (Index i = 0; i < draws.size(); ++i) sorted.push_back({draws.data()[i], i});
  std::sort(sorted.begin(), sorted.end(), [](Entry a, Entry b) { return a.value < b.value; });
  return sorted;
}

/// Differences up to this between draws are rounding: else ranks would order noise.
double rounding_of(const Chains& draws) {
  return draws.size() == 0 ? 0 : kRounding * draws.abs().maxCoeff();  // halves of one draw are none
}

/// Normal scores of the ranks; draws within `rounding` of each other are ties.
Chains scores_of(const Chains& draws, double rounding) {
  const std::vector<Entry> sorted = ascending(draws);
  Chains scores(draws.rows(), draws.cols());
  const std::size_t S = sorted.size();
  for (std::size_t first = 0; first < S;) {
    std::size_t last = first;  // ties: first … last share their average rank
    while (last + 1 < S && sorted[last + 1].value - sorted[first].value <= rounding) ++last;
    const double rank = 1 + 0.5 * static_cast<double>(first + last);
    // Blom's fractional offsets, Vehtari et al. 2021 eq. 14
    const double score = normal_quantile((rank - 0.375) / (static_cast<double>(S) + 0.25));
    for (; first <= last; ++first) scores.data()[sorted[first].place] = score;
  }
  return scores;
}

/// Draws within rounding of each other become one value, the least of them.
Chains ties_joined(Chains draws) {
  const double rounding = rounding_of(draws);
  double least = -std::numeric_limits<double>::infinity();
  for (const Entry& entry : ascending(draws)) {
    if (!(entry.value - least <= rounding)) least = entry.value;
    draws.data()[entry.place] = least;
  }
  return draws;
}

}  // namespace

Chains folded(const ChainsRef& chains) {
  return (chains - quantile(chains, 0.5)).abs();
}

Chains rank_normalised(const ChainsRef& chains) {
  const Chains draws = chains;
  return scores_of(draws, rounding_of(draws));
}

double rhat_plain(const ChainsRef& chains) {
  return basic_rhat(chains);
}

double rhat_split(const ChainsRef& chains) {
  return basic_rhat(split_halves(chains));
}

double rhat_bulk(const ChainsRef& chains) {
  if (is_degenerate(chains)) return not_a_number;
  return basic_rhat(rank_normalised(split_halves(chains)));
}

double rhat_folded(const ChainsRef& chains) {
  if (is_degenerate(chains)) return not_a_number;
  // Ties are joined before they are folded: distances from a median between two draws are equal up
  // to rounding in pairs, whose order is that of the reference.
  return basic_rhat(scores_of(split_halves(folded(ties_joined(scaled(chains).chains))), 0));
}

double larger_rhat(double bulk, double folded) {
  // |x - median| of two-valued draws can be constant: then only the bulk says anything
  return std::isnan(folded) ? bulk : std::max(bulk, folded);
}

double rhat_p(double rhat, Index draws, Index chains) {
  const Index half = draws / 2;
  const auto n = static_cast<double>(half), halves = static_cast<double>(2 * chains);
  if (n < 2) return not_a_number;
  return f_p(n * rhat * rhat - (n - 1), halves - 1, halves * (n - 1));
}

double rhat(const ChainsRef& chains) {
  return larger_rhat(rhat_bulk(chains), rhat_folded(chains));
}

}  // namespace nmc::statistics
