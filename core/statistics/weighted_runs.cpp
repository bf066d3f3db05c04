#include "core/statistics/weighted_runs.hpp"

#include <cmath>

namespace nmc::statistics {
namespace {

/// lnZ, then the means, of all runs but one (none is left out at −1).
Column estimate(const EstimatedRuns& runs, Index left_out) {
  const Column weight = (runs.lnZ - runs.lnZ.maxCoeff()).exp();
  Column result = Column::Zero(1 + runs.means.cols());
  double total = 0, count = 0;
  for (Index r = 0; r < weight.size(); ++r) {
    if (r == left_out) continue;
    total += weight(r);
    count += 1;
    result.tail(runs.means.cols()) += weight(r) * runs.means.row(r).transpose();
  }
  result.tail(runs.means.cols()) /= total;
  result(0) = runs.lnZ.maxCoeff() + std::log(total / count);
  return result;
}

}  // namespace

CombinedRuns combine_runs(const EstimatedRuns& runs) {
  const Index count = runs.lnZ.size();
  const Column all = estimate(runs, -1);
  CombinedRuns combined;
  combined.lnZ = all(0);
  combined.means = all.tail(runs.means.cols());
  combined.errors = Column::Constant(runs.means.cols(), not_a_number);
  combined.lnZ_variance = sample_variance(runs.lnZ);
  if (count < 2) return combined;
  Batch without(count, all.size());
  for (Index r = 0; r < count; ++r) without.row(r) = estimate(runs, r).transpose();
  const Column mean = without.colwise().mean().transpose();
  const double scale = static_cast<double>(count - 1) / static_cast<double>(count);
  const Column error =
      (scale * (without.rowwise() - mean.transpose()).square().colwise().sum()).sqrt().transpose();
  combined.lnZ_error = error(0);
  combined.errors = error.tail(runs.means.cols());
  return combined;
}

}  // namespace nmc::statistics
