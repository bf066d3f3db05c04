#include "core/statistics/chains.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

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

ScaledChains scaled(const ChainsRef& chains) {
  // fourth powers and their sums over 10^9 draws stay within 2^±1022 up to here
  constexpr int ordinary = 100;
  const double largest = chains.size() > 0 ? chains.abs().maxCoeff() : 0;
  if (!std::isfinite(largest) || largest == 0) return {chains};
  const int exponent = std::ilogb(largest);
  if (std::abs(exponent) <= ordinary) return {chains};
  return {chains.unaryExpr([exponent](double x) { return std::ldexp(x, -exponent); }), exponent};
}

Index count_constant_chains(const ChainsRef& chains) {
  if (chains.rows() < 2) return 0;  // a single draw says nothing about moving
  Index constant = 0;
  for (Index chain = 0; chain < chains.cols(); ++chain) {
    constant += (chains.col(chain) == chains(0, chain)).all() ? 1 : 0;
  }
  return constant;
}

namespace {

std::vector<double> all_draws(const ChainsRef& chains) {
  std::vector<double> draws(static_cast<std::size_t>(chains.size()));
  Eigen::Map<Chains>(draws.data(), chains.rows(), chains.cols()) = chains;
  return draws;
}

}  // namespace

double quantile(const ChainsRef& chains, double probability) {
  std::vector<double> draws = all_draws(chains);
  if (draws.empty()) return not_a_number;
  const double position = probability * static_cast<double>(draws.size() - 1);
  const auto at = draws.begin() + static_cast<std::ptrdiff_t>(position);
  std::nth_element(draws.begin(), at, draws.end());
  const double fraction = position - std::floor(position);
  if (fraction == 0) return *at;
  const double above = *std::min_element(at + 1, draws.end());
  const double distance = above - *at;
  if (!std::isfinite(distance)) return (1 - fraction) * *at + fraction * above;
  return *at + fraction * distance;
}

std::vector<double> sorted_draws(const ChainsRef& chains) {
  std::vector<double> draws = all_draws(chains);
  std::sort(draws.begin(), draws.end());
  return draws;
}

double sample_variance(const Eigen::Ref<const Column>& x) {
  if (x.size() < 2) return not_a_number;
  return (x - x.mean()).square().sum() / static_cast<double>(x.size() - 1);
}

}  // namespace nmc::statistics
