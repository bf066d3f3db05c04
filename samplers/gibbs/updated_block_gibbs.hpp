#pragma once

#include <memory>

#include "samplers/gibbs/block_gibbs.hpp"

namespace nmc {

/// BlockGibbs whose second block, spins, moves in between by a sampler of its own marginal density:
/// x → s from p(s | x), s → s' by a kernel that leaves p(s) invariant, s' → x' from p(x | s'). All
/// clusters of a ferromagnet in that place make draws of the field that are next to independent.
/// Invariant; reversible only where that kernel is, which its type does not say.
class UpdatedBlockGibbs final : public Sampler {
 public:
  /// `updates` ≥ 1 steps of `sampler` between the two. It must need no tuning, and start from spins
  /// given.
  struct SpinUpdates {
    std::unique_ptr<const Sampler> sampler{};
    Index updates = 1;
  };
  UpdatedBlockGibbs(const Blocks& blocks, const Target& target, SpinUpdates spins);

  [[nodiscard]] Index sites() const override { return gibbs_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override {
    gibbs_.init(state, streams, chains);
  }
  StepInfo step(ChainState& state, const Streams& streams) const override;

 private:
  [[nodiscard]] Batch updated(Batch spins, const Streams& streams) const;
  BlockGibbs gibbs_;
  SpinUpdates spins_;
};

}  // namespace nmc
