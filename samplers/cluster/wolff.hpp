#pragma once

#include "core/roles/sampler.hpp"
#include "core/roles/spin_target.hpp"
#include "samplers/cluster/cluster_bonds.hpp"
#include "samplers/cluster/cluster_count.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc {

struct WolffOptions {
  Index clusters = 1;  ///< per step; 0: as many as turn as many spins as there are, on average
  SpinStart start = SpinStart::random;
};

/// Single clusters (Wolff 1989) of a ferromagnet on any graph; fields act through a ghost spin, and
/// a cluster that holds it does not turn. `acceptance` is the share of clusters that turned. The
/// spins are bytes. How many clusters are a step is ClusterCount's. The target must outlive it.
class Wolff final : public Sampler {
 public:
  /// UserError for negative couplings or four-spin terms.
  Wolff(const SpinTarget& target, const WolffOptions& options);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] SamplerTraits traits() const override {
    return {.has_fast_steps = true, .preferred_chunk = 16};
  }
  [[nodiscard]] Index clusters() const { return count_.clusters(); }

  [[nodiscard]] Tuning* tuning() override { return &count_; }

 private:
  const SpinTarget& target_;
  SpinStart start_;
  ClusterBonds bonds_;
  ClusterCount count_;
};

}  // namespace nmc
