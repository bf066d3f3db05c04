#include "core/statistics/pareto.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/statistics/chains.hpp"

namespace nmc::statistics {
namespace {

constexpr Index kLeastTail = 5;

/// Whether the largest of ascending ln w, from `first` on, are few numbers that come again and
/// again, as the weights of a small set of states or of one with symmetries are: no density to fit.
bool are_atoms(const std::vector<double>& log_w, Index first) {
  constexpr double kSame = 1e-6;  // what floats leave of a tie
  const auto tail = std::ssize(log_w) - first;
  Index values = 1;
  for (auto i = static_cast<std::size_t>(first) + 1; i < log_w.size(); ++i)
    if (log_w[i] - log_w[i - 1] > kSame) ++values;
  return 2 * values <= tail;
}

// Mean of ln(1 - θ x): minus the k of the profile likelihood at θ, in the sign of Vehtari et al.
double mean_log(const Eigen::Ref<const Column>& x, double theta) {
  double sum = 0;
  for (Index i = 0; i < x.size(); ++i) sum += std::log1p(-theta * x(i));
  return sum / static_cast<double>(x.size());
}

}  // namespace

// Zhang and Stephens 2009: the posterior mean of θ = -k/σ on a grid of 30 + √n points, eqs. 4-7.
double fit_pareto(const Eigen::Ref<const Column>& x) {
  constexpr double kPrior = 3;
  const auto n = static_cast<double>(x.size());
  const auto points = static_cast<Index>(30 + std::floor(std::sqrt(n)));
  const double quartile = x(static_cast<Index>(std::floor(n / 4 + 0.5)) - 1);
  const double largest = x(x.size() - 1);
  Column theta(points), log_likelihood(points);
  for (Index i = 0; i < points; ++i) {
    const double place = static_cast<double>(points) / (static_cast<double>(i) + 0.5);
    theta(i) = 1 / largest + (1 - std::sqrt(place)) / (kPrior * quartile);
    const double k = mean_log(x, theta(i));
    log_likelihood(i) = n * (std::log(-theta(i) / k) - k - 1);
  }
  double mean = 0;
  for (Index i = 0; i < points; ++i)
    mean += theta(i) / (log_likelihood - log_likelihood(i)).exp().sum();
  return mean_log(x, mean);
}

double pareto_k(const Eigen::Ref<const Column>& log_w) {
  const auto n = static_cast<double>(log_w.size());
  const auto tail = static_cast<Index>(std::ceil(std::min(n / 5, 3 * std::sqrt(n))));
  if (tail < kLeastTail || log_w.size() <= tail) return not_a_number;
  std::vector<double> sorted(log_w.data(), log_w.data() + log_w.size());
  std::sort(sorted.begin(), sorted.end());
  const double largest = sorted.back();
  const auto relative = [&](Index i) {
    return std::exp(sorted[static_cast<std::size_t>(i)] - largest);
  };
  const Index first = log_w.size() - tail;
  const double cut = relative(first - 1);
  Column beyond(tail);
  for (Index i = 0; i < tail; ++i) beyond(i) = relative(first + i) - cut;
  // Ties with the cut are no exceedances; of weights over so many orders of magnitude that all but
  // a few vanish beside the largest there is no distribution to fit, and no moment either.
  const Index ties = (beyond <= 0).count();
  if (tail - ties < kLeastTail) {
    constexpr double kLittle = 0.01;
    double all = 0;
    for (Index i = 0; i < log_w.size(); ++i) all += relative(i);
    const bool is_little = (beyond > 0).select(beyond + cut, 0).sum() <= kLittle * all;
    return is_little ? not_a_number : std::numeric_limits<double>::infinity();
  }
  if (are_atoms(sorted, first)) return not_a_number;
  constexpr double kPriorDraws = 10, kPriorShape = 0.5;
  const auto used = static_cast<double>(tail - ties);
  return (fit_pareto(beyond.tail(tail - ties)) * used + kPriorShape * kPriorDraws) /
         (used + kPriorDraws);
}

}  // namespace nmc::statistics
