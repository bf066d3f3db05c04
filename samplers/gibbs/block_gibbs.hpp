#pragma once

#include "core/interfaces.hpp"

namespace nmc {

/// Two blocks drawn in turn, y from p(y | x) and x from p(x | y): an exact Gibbs sampler of the
/// density of block 0, always accepted (Zhang et al., NIPS 2012, for spins and fields; for an RBM
/// the step v → h → v). It is in detailed balance with that density,
///   p(x) Σ_y p(y | x) p(x' | y) = Σ_y p(x, y) p(x', y) / p(y).
/// Blocks and target, the marginal density of x, must outlive it; they are the same object as a
/// rule.
class BlockGibbs final : public ReversibleSampler {
 public:
  /// UserError for other than two blocks: three drawn in turn are not in detailed balance, and the
  /// third would be part of the state. Joined, the even ones and the odd ones, they are two.
  BlockGibbs(const Blocks& blocks, const Target& target);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  [[nodiscard]] const Target& invariant() const override { return target_; }
  /// Starts from x given a random y.
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;

  /// The halves of a step: y given x, and x given y. Spins read Purpose::gibbs, real variables
  /// Purpose::propose; x takes its numbers after those of y where both are of one kind.
  [[nodiscard]] Batch other(const Batch& x, const Streams& streams) const;
  [[nodiscard]] Batch configuration(const Batch& y, const Streams& streams) const;

 private:
  const Blocks& blocks_;
  const Target& target_;
};

}  // namespace nmc
