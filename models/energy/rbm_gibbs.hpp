#pragma once

#include "models/energy/packed_rbm.hpp"

namespace nmc {

/// Block Gibbs v → h → v of a restricted machine by tables of bits, in detailed balance with the
/// machine whose numbers are rounded to floats: that is invariant(). Fields are sums of floats,
/// good to some 1e-7.
class RbmGibbs final : public ReversibleSampler {
 public:
  explicit RbmGibbs(const Rbm& rbm);

  [[nodiscard]] Index sites() const override { return rounded_.sites(); }
  [[nodiscard]] const Target& invariant() const override { return rounded_; }
  /// Starts from v given fair bits h.
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override {
    return steps(state, streams, 1);
  }
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] SamplerTraits traits() const override {
    return {.has_fast_steps = true, .preferred_chunk = 256};
  }

  /// From this many weights on the tables are faster than sums of doubles.
  static constexpr Index kFewestWeights = 4096;

 private:
  void draw_visible(const BitRows& h, const Streams& streams, BitRows& v) const;
  PackedRbm packed_;
  Rbm rounded_;
};

}  // namespace nmc
