#include "core/statistics/weights.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/errors.hpp"

namespace nmc::statistics {
namespace {

void require_weights(const Eigen::Ref<const Column>& log_w) {
  for (Index i = 0; i < log_w.size(); ++i) {
    if (log_w[i] < std::numeric_limits<double>::infinity()) continue;
    throw NumericalError("importance weight of draw " + std::to_string(i) + ": ln w is " +
                         (std::isnan(log_w[i]) ? "not a number" : "infinite"));
  }
}

}  // namespace

WeightSummary summarise_weights(const Eigen::Ref<const Column>& log_w) {
  require_weights(log_w);
  WeightSummary summary;
  summary.draws = log_w.size();
  if (log_w.size() == 0 || std::isinf(log_w.maxCoeff())) return summary;
  const auto n = static_cast<double>(log_w.size());
  const double largest = log_w.maxCoeff();
  Column w(log_w.size());  // relative to the largest, so that nothing overflows
  for (Index i = 0; i < w.size(); ++i) w[i] = std::exp(log_w[i] - largest);
  const double mean = w.mean();
  summary.ess_fraction = w.sum() * w.sum() / (n * w.square().sum());
  summary.w_max_over_mean = 1 / mean;
  summary.log_mean = largest + std::log(mean);
  summary.log_mean_error = std::sqrt(sample_variance(w) / n) / mean;
  summary.mean_log = log_w.mean();
  if (std::isfinite(summary.mean_log)) {
    summary.mean_log_error = std::sqrt(sample_variance(log_w) / n);
  }
  return summary;
}

ImportanceEnergy importance_energy(const Eigen::Ref<const Column>& log_w,
                                   const Eigen::Ref<const Column>& energy, double beta) {
  const WeightSummary summary = summarise_weights(log_w);
  ImportanceEnergy result;
  if (!std::isfinite(summary.log_mean)) return result;
  const auto n = static_cast<double>(log_w.size());
  Column share(log_w.size());  // w / <w>
  for (Index i = 0; i < share.size(); ++i) share[i] = std::exp(log_w[i] - summary.log_mean);
  result.energy = (share * energy).sum() / share.sum();
  // How much each draw moves an estimate: of lnZ w/<w> - 1, of <E> (w/<w>)(E - <E>).
  const Column of_energy = share * (energy - result.energy);
  const Column of_entropy = share - 1 + beta * of_energy;
  result.energy_error = std::sqrt(of_energy.square().sum()) / n;
  result.entropy = summary.log_mean + beta * result.energy;
  result.entropy_error = std::sqrt(of_entropy.square().sum()) / n;
  if (beta == 0) return result;
  result.free_energy = -summary.log_mean / beta;
  result.free_energy_error = summary.log_mean_error / beta;
  return result;
}

Index longest_rejection_run(const ChainsRef& accepted) {
  Index longest = 0;
  for (Index chain = 0; chain < accepted.cols(); ++chain) {
    Index run = 0;
    for (Index draw = 0; draw < accepted.rows(); ++draw) {
      run = accepted(draw, chain) > 0 ? 0 : run + 1;
      longest = std::max(longest, run);
    }
  }
  return longest;
}

}  // namespace nmc::statistics
