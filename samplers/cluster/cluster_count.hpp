#pragma once

#include "core/roles/tuning.hpp"

namespace nmc {

/// How many single clusters are a step. Clusters are tiny in disorder and at high temperatures and
/// hold most of the lattice in order, so that a number of clusters says nothing of how far a chain
/// has come. A step of warm-up therefore is as many clusters as turn N sites, by what they turned
/// in the step before, on average over all chains (acceptance: the share of the lattice that a
/// cluster turned). Their number never depends on the chain it moves, which would bias it; it is
/// fixed before the first draw.
class ClusterCount final : public Tuning {
 public:
  /// `wanted` clusters after warm-up; 0: as many as turn as many sites as there are.
  ClusterCount(Index wanted, Index sites);

  [[nodiscard]] Index clusters() const { return clusters_; }
  [[nodiscard]] bool is_frozen() const override { return phase_ == Phase::frozen; }
  /// Whether the share of a cluster is asked for.
  [[nodiscard]] bool wants_shares() const { return phase_ == Phase::tuned; }
  void adapt(const WarmupStep& pooled) override;
  /// The phase, clusters per step, sum and number of the shares of the second half.
  [[nodiscard]] std::vector<double> numbers() const override;
  void set_numbers(std::span<const double> numbers) override;

 private:
  Index wanted_, sites_;
  Index clusters_;
  /// Before the first adapt() nobody asks for shares, and there may be no warm-up at all.
  enum class Phase { fresh, tuned, frozen };
  Phase phase_ = Phase::fresh;
  double shares_ = 0;
  Index counted_ = 0;
};

}  // namespace nmc
