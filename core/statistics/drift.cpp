#include "core/statistics/drift.hpp"

#include <algorithm>
#include <cmath>

#include "core/statistics/gamma_method.hpp"
#include "core/statistics/significance.hpp"

namespace nmc::statistics {
namespace {

constexpr Index kLeastDraws = 10;
constexpr Index kLeastChains = 8;

Drift between_chains(const Column& changes) {
  const auto chains = static_cast<double>(changes.size());
  Drift drift{changes.mean()};
  const double error = std::sqrt(sample_variance(changes) / chains);
  if (error > 0) drift.p = student_p(drift.change / error, chains - 1);
  return drift;
}

Drift within_chains(const ChainsRef& first, const ChainsRef& last) {
  constexpr double kLeastTimes = 50;
  const GammaResult before = gamma_method(first), after = gamma_method(last);
  Drift drift{after.mean - before.mean};
  const bool is_long =
      static_cast<double>(first.rows()) >= kLeastTimes * std::max(before.tau_int, after.tau_int);
  const double error = std::hypot(before.error, after.error);
  if (is_long && before.window_found && after.window_found && error > 0)
    drift.p = two_sided_p(drift.change / error);
  return drift;
}

}  // namespace

Drift find_drift(const ChainsRef& chains) {
  const Index draws = chains.rows();
  if (draws < kLeastDraws || is_degenerate(chains)) return {};
  const auto first = chains.topRows(draws / 10);
  const auto last = chains.bottomRows(draws / 2);
  Drift drift = chains.cols() < kLeastChains
                    ? within_chains(first, last)
                    : between_chains((last.colwise().mean() - first.colwise().mean()).transpose());
  if (std::abs(drift.change) <= kRounding * chains.abs().maxCoeff()) drift.p = 1;
  return drift;
}

}  // namespace nmc::statistics
