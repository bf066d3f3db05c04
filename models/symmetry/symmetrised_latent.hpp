#pragma once

#include "core/roles/latent.hpp"
#include "models/symmetry/symmetrised_flow.hpp"

namespace nmc {

/// exp(-U_sym(z)) of a symmetrised flow (SymmetrisedFlow::latent_potential): the target seen from
/// the latent space of a mixture. physical() draws the group element of each configuration. Flow
/// and target must outlive it.
class SymmetrisedLatent final : public LatentDensity {
 public:
  /// Throws UserError when the target has no gradient, another number of sites, or is seen not to
  /// be invariant under the group on a few draws of the flow.
  SymmetrisedLatent(const SymmetrisedFlow& flow, const Target& target);

  [[nodiscard]] Index sites() const override { return flow_.sites(); }
  [[nodiscard]] Column log_density(const Batch& z) const override;
  Column log_density_grad(const Batch& z, Batch& grad) const override;
  [[nodiscard]] Batch latent(const Batch& x, const Streams& streams) const override;
  [[nodiscard]] Batch physical(const Batch& z, const Streams& streams) const override;

 private:
  const SymmetrisedFlow& flow_;
  const Target& target_;
};

}  // namespace nmc
