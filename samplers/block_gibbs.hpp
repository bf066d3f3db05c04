#pragma once

#include "core/conditionals.hpp"
#include "core/interfaces.hpp"

namespace nmc {

/// Spins and fields drawn in turn from p(s | x) and p(x | s) (Swendsen-Wang-like augmentation;
/// Zhang et al., NIPS 2012): an exact Gibbs sampler of the field's density, always accepted. Field
/// and target (the marginal density of x) must outlive it; they are the same object as a rule.
class BlockGibbs final : public Sampler {
 public:
  BlockGibbs(const AuxiliaryField& field, const Target& target);

  [[nodiscard]] Index sites() const override { return field_.sites(); }
  /// Starts from fields given random spins.
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;

 private:
  [[nodiscard]] Batch field_given(const Batch& spins, const Streams& streams) const;
  const AuxiliaryField& field_;
  const Target& target_;
};

}  // namespace nmc
