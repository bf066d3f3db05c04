#pragma once

#include "core/spins/spin_target.hpp"
#include "samplers/cluster_bonds.hpp"
#include "samplers/spin_state.hpp"

namespace nmc {

struct WolffOptions {
  Index clusters = 1;  ///< per step
  SpinStart start = SpinStart::random;
};

/// Single clusters (Wolff 1989) of a ferromagnet on any graph; fields act through a ghost spin, and
/// a cluster that holds it does not turn. `acceptance` is the share of clusters that turned. The
/// spins are bytes. The target must outlive it.
class Wolff final : public Sampler {
 public:
  /// UserError for negative couplings or four-spin terms.
  Wolff(const SpinTarget& target, const WolffOptions& options);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] bool has_fast_steps() const override { return true; }
  [[nodiscard]] Index preferred_chunk() const override { return 16; }

 private:
  const SpinTarget& target_;
  WolffOptions options_;
  ClusterBonds bonds_;
};

}  // namespace nmc
