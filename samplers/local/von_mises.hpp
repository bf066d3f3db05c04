#pragma once

#include <vector>

#include "core/random/streams.hpp"

namespace nmc {

/// Exact draws of angles δ ∈ [−π, π] with density ∝ e^{κ cos δ}, of all chains at a time: rejection
/// whose attempts are counted. Draw k of a chain reads uniforms 2k and 2k + 1 of Purpose::gibbs
/// and, for attempts t = 1 … 63 after a refusal, those of block (t − 1) `draws` + k of
/// Purpose::extend, and none besides: its numbers are its own whatever other draws needed.
///
/// After 64 refusals, which at most one draw in 1e30 meets, it has none. They do not look at where
/// the chain is, so that a chain that then stays keeps its density.
class VonMisesDraws {
 public:
  /// Of `draws` draws per step and chain.
  VonMisesDraws(const Streams& streams, Index chains, Index draws);

  /// Draw k of every chain, κ >= 0, (chains).
  void draw(Index k, const Column& kappa);

  Column delta;     ///< (chains)
  Column is_taken;  ///< 1, or 0 where there is no draw

 private:
  void attempt_again(Index k, Index attempt, const Column& kappa);

  Streams streams_;
  Index draws_;
  Batch uniforms_;
  Index first_ = -1;  ///< the draw whose numbers are the first of uniforms_
  std::vector<Index> refused_;
};

}  // namespace nmc
