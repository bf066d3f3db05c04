#pragma once

#include "core/roles/flow.hpp"
#include "core/roles/latent.hpp"

namespace nmc {

/// UserError where a model of so many sites gives no latent density of a target.
void check_latent(Index sites, const Target& target);

/// The target seen from the latent space of a flow (Hoffman et al., arXiv:1903.03704; Li and Wang,
/// PRL 121, 260601): ln p(g(z)) + ln |det ∂g/∂z| = −U(z). Since g is a bijection, z ~ exp(−U) gives
/// x = g(z) ~ p for every flow, well trained or not. Flow and target must outlive it.
class LatentTarget final : public LatentDensity {
 public:
  LatentTarget(const Flow& flow, const Target& target);

  [[nodiscard]] Index sites() const override { return flow_.sites(); }
  [[nodiscard]] Column log_density(const Batch& z) const override;
  Column log_density_grad(const Batch& z, Batch& grad) const override;
  [[nodiscard]] Batch latent(const Batch& x, const Streams& streams) const override;
  [[nodiscard]] Batch physical(const Batch& z, const Streams& streams) const override;

 private:
  const Flow& flow_;
  const Target& target_;
};

}  // namespace nmc
