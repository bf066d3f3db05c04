#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/statistics/reweighting.hpp"
#include "core/statistics/significance.hpp"

namespace nmc::statistics {
namespace {

constexpr double kUnseen = 3;  // −ln 5 %: none of n draws where 3/n of all would lie

/// (Σ w W)² / Σ w W², NaN where all W are 0.
double effective_draws(const Column& count, const Column& w) {
  const double total = (count * w).sum();
  return total * total / (count * w.square()).sum();
}

}  // namespace

Column Reweighting::weights(double beta) const {
  const Column log_w = log_weights(beta, 0);
  const double largest = log_w.maxCoeff();
  if (!std::isfinite(largest)) return Column::Zero(log_w.size());
  return (log_w - largest).exp();
}

Support Reweighting::support(double beta) const {
  Support support{not_a_number, nearest(beta)};
  const Column w = weights(beta);
  const Column& count = counts_.all;
  const double total = (count * w).sum();
  if (total == 0) return support;
  support.draws = effective_draws(count, w);
  const bool is_above = beta > beta_.maxCoeff();
  if (!is_above && beta >= beta_.minCoeff()) return support;
  Index edge = 0;
  const double end = is_above ? energy_.minCoeff(&edge) : energy_.maxCoeff(&edge);
  if (is_above && end <= lowest_ + kRounding * std::abs(end)) return support;
  const double distance = is_above ? beta - beta_.maxCoeff() : beta_.minCoeff() - beta;
  support.beyond = kUnseen * w(edge) * std::exp(distance * gap_) / total;
  support.beyond_normal = missing_of_normal(beta);
  support.outermost = outermost_share(beta);
  return support;
}

// Normal energies of width σ at the outermost β are those of another β moved by |Δβ| σ².
double Reweighting::missing_of_normal(double beta) const {
  const double edge = beta > beta_.maxCoeff() ? beta_.maxCoeff() : beta_.minCoeff();
  const Column w = weights(edge);
  const double draws = effective_draws(counts_.all, w);
  if (!(draws > kUnseen)) return 1;
  const Column share = counts_.all * w / (counts_.all * w).sum();
  const double mean = (share * energy_).sum();
  const double sigma = std::sqrt((share * (energy_ - mean).square()).sum());
  const double reached = -normal_quantile(kUnseen / draws);
  return std::erfc((reached - std::abs(beta - edge) * sigma) / std::numbers::sqrt2) / 2;
}

// Levels from the outermost on, as they are weighted at the outermost β, until they are ten draws.
double Reweighting::outermost_share(double beta) const {
  constexpr double kDraws = 10;
  const bool is_above = beta > beta_.maxCoeff();
  const double edge = is_above ? beta_.maxCoeff() : beta_.minCoeff();
  const Column here = counts_.all * weights(edge);
  const Column there = counts_.all * weights(beta);
  const double most = kDraws / effective_draws(counts_.all, weights(edge)) * here.sum();
  std::vector<Index> order(static_cast<std::size_t>(energy_.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::ranges::sort(order, {}, [&](Index l) { return is_above ? energy_(l) : -energy_(l); });
  double seen = 0, share = 0;
  for (const Index l : order) {
    // Of a level that reaches beyond ten draws the part within.
    const double part = here(l) > 0 ? std::min(1.0, (most - seen) / here(l)) : 1;
    share += part * there(l);
    seen += here(l);
    if (seen >= most) break;
  }
  return share / there.sum() - std::min(1.0, most / here.sum());
}

}  // namespace nmc::statistics
