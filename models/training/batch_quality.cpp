#include "models/training/batch_quality.hpp"

#include <algorithm>
#include <cmath>

namespace nmc {
namespace {

double mean_in_order(const Column& values) {
  double total = 0;
  for (Index i = 0; i < values.size(); ++i) total += values(i);
  return total / static_cast<double>(values.size());
}

}  // namespace

double standard_error(const Column& values) {
  const auto n = static_cast<double>(values.size());
  if (n < 2) return BatchQuality::kNone;
  const double mean = mean_in_order(values);
  double square = 0;
  for (Index i = 0; i < values.size(); ++i) square += (values(i) - mean) * (values(i) - mean);
  return std::sqrt(square / (n * (n - 1)));
}

// In stationarity the independent sampler accepts with probability
// ∫∫ π(x) q(x') min(1, w'/w) = ⟨min(w, w')⟩_{q,q} / ⟨w⟩_q. With the weights in rising order the
// k-th is the smaller one of n-1-k pairs, so that all pairs cost one sort.
BatchQuality judge(const Column& loss, std::optional<double> log_z) {
  BatchQuality quality;
  quality.loss = mean_in_order(loss);
  quality.loss_error = standard_error(loss);
  if (log_z) quality.gap = quality.loss + *log_z;
  const auto n = static_cast<double>(loss.size());
  const double smallest = loss.minCoeff();
  Column w(loss.size());
  for (Index i = 0; i < w.size(); ++i) w(i) = std::exp(smallest - loss(i));
  std::ranges::sort(w);
  double sum = 0;
  double square = 0;
  double pairs = 0;
  for (Index k = 0; k < w.size(); ++k) {
    sum += w(k);
    square += w(k) * w(k);
    pairs += 2 * w(k) * (n - 1 - static_cast<double>(k));
  }
  quality.ess = sum * sum / (n * square);
  if (n > 1) quality.acceptance = pairs / ((n - 1) * sum);
  return quality;
}

}  // namespace nmc
