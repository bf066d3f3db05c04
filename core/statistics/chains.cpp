#include "core/statistics/chains.hpp"

#include <algorithm>
#include <cmath>

namespace nmc::statistics {

Chains split_halves(const ChainsRef& chains) {
  const Index half = chains.rows() / 2;
  Chains split(half, 2 * chains.cols());
  for (Index chain = 0; chain < chains.cols(); ++chain) {
    split.col(2 * chain) = chains.col(chain).head(half);
    split.col(2 * chain + 1) = chains.col(chain).tail(half);
  }
  return split;
}

bool is_degenerate(const ChainsRef& chains) {
  return chains.size() == 0 || !chains.allFinite() || (chains == chains(0, 0)).all();
}

Index count_constant_chains(const ChainsRef& chains) {
  if (chains.rows() < 2) return 0;  // a single draw says nothing about moving
  Index constant = 0;
  for (Index chain = 0; chain < chains.cols(); ++chain) {
    constant += (chains.col(chain) == chains(0, chain)).all() ? 1 : 0;
  }
  return constant;
}

double quantile(const std::vector<double>& sorted, double probability) {
  if (sorted.empty()) return not_a_number;
  const double position = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(position));
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double fraction = position - std::floor(position);
  return sorted[below] + fraction * (sorted[above] - sorted[below]);
}

std::vector<double> sorted_draws(const ChainsRef& chains) {
  std::vector<double> draws;
  draws.reserve(static_cast<std::size_t>(chains.size()));
  for (Index chain = 0; chain < chains.cols(); ++chain) {
    for (Index draw = 0; draw < chains.rows(); ++draw) draws.push_back(chains(draw, chain));
  }
  std::sort(draws.begin(), draws.end());
  return draws;
}

double sample_variance(const Eigen::Ref<const Column>& x) {
  if (x.size() < 2) return not_a_number;
  return (x - x.mean()).square().sum() / static_cast<double>(x.size() - 1);
}

}  // namespace nmc::statistics
