#include "core/statistics/rhat.hpp"

#include <algorithm>
#include <cmath>

#include "core/statistics/significance.hpp"
#include "core/statistics/sorted_draws.hpp"

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

}  // namespace

Chains folded(const ChainsRef& chains) {
  return (chains - quantile(chains, 0.5)).abs();
}

Chains rank_normalised(const ChainsRef& chains) {
  NormalScores score(chains.size());
  return SortedDraws(chains).scores(score);
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
  NormalScores score(chains.rows() / 2 * 2 * chains.cols());
  return basic_rhat(SortedDraws(scaled(chains).chains).folded_half_scores(score));
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
