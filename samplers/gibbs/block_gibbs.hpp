#pragma once

#include <memory>
#include <utility>

#include "core/interfaces.hpp"
#include "core/roles/conditionals.hpp"

namespace nmc {

/// Spins and fields drawn in turn from p(s | x) and p(x | s) (Swendsen-Wang-like augmentation;
/// Zhang et al., NIPS 2012): an exact Gibbs sampler of the field's density, always accepted. Field
/// and target (the marginal density of x) must outlive it; they are the same object as a rule.
///
/// Between the two the spins may move by a sampler of their own marginal density: x → s from
/// p(s | x), s → s' by a kernel that leaves p(s) invariant, s' → x' from p(x | s'). All clusters of
/// a ferromagnet in that place make draws of the field that are next to independent.
class BlockGibbs final : public Sampler {
 public:
  BlockGibbs(const AuxiliaryField& field, const Target& target);
  /// `updates` steps of `spins` between the two. It must need no tuning, and start from spins
  /// given.
  struct SpinUpdates {
    std::unique_ptr<const Sampler> sampler{};
    Index updates = 0;
  };
  BlockGibbs(const AuxiliaryField& field, const Target& target, SpinUpdates spins);

  [[nodiscard]] Index sites() const override { return field_.sites(); }
  /// Starts from fields given random spins.
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;

 private:
  [[nodiscard]] Batch field_given(const Batch& spins, const Streams& streams) const;
  [[nodiscard]] Batch updated(Batch spins, const Streams& streams) const;
  const AuxiliaryField& field_;
  const Target& target_;
  SpinUpdates spins_;
};

}  // namespace nmc
