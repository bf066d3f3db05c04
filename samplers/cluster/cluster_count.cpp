#include "samplers/cluster/cluster_count.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.hpp"

namespace nmc {

ClusterCount::ClusterCount(Index wanted, Index sites)
    : wanted_(wanted), sites_(sites), clusters_(std::max<Index>(1, wanted)) {
  require(wanted >= 0, "wolff turns at least one cluster per step");
}

void ClusterCount::adapt(const WarmupStep& pooled) {
  const double share = pooled.acceptance(0);
  const bool is_share = std::exchange(phase_, Phase::tuned) == Phase::tuned;
  if (is_share && share > 0) {  // not NaN: a mixture ran this part
    // Clusters grow while a step orders the sites: never more than twice as many as before.
    const Index most = std::min(2 * clusters_, sites_);
    clusters_ = std::clamp<Index>(std::llround(1 / share), 1, most);
    const bool is_late = 2 * pooled.step >= pooled.warmup;
    shares_ += is_late ? share : 0;
    counted_ += is_late ? 1 : 0;
  }
  if (pooled.step + 1 < pooled.warmup) return;
  phase_ = Phase::frozen;
  if (wanted_ > 0)
    clusters_ = wanted_;
  else if (counted_ > 0)
    clusters_ = std::max<Index>(1, std::llround(static_cast<double>(counted_) / shares_));
}

std::vector<double> ClusterCount::numbers() const {
  return {static_cast<double>(phase_), static_cast<double>(clusters_), shares_,
          static_cast<double>(counted_)};
}

void ClusterCount::set_numbers(std::span<const double> numbers) {
  require(numbers.size() == 4, "the stored tuning does not belong to wolff");
  phase_ = static_cast<Phase>(static_cast<int>(numbers[0]));
  clusters_ = static_cast<Index>(numbers[1]);
  shares_ = numbers[2];
  counted_ = static_cast<Index>(numbers[3]);
}

}  // namespace nmc
