#pragma once

#include <memory>
#include <span>

#include "core/roles/trainable.hpp"

namespace nmc {

/// Image of a batch under a bijection, and ln |det Jacobian| of the map that was applied.
struct Mapped {
  Batch y;         ///< (chains, sites)
  Column log_det;  ///< (chains)
};

/// A model that is a bijection g of a standard normal: x = g(z), z ~ N(0, 1) per site,
/// ln q(x) = ln N(z) - ln |det dg/dz|.
class Flow : public Reparametrised {
 public:
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] Abilities abilities() const override { return {.flow = this}; }
  [[nodiscard]] std::unique_ptr<const LatentDensity> latent_density(
      const Target& target) const override;
  /// x = g(z) with ln |det dx/dz|.
  [[nodiscard]] virtual Mapped forward(const Batch& z) const = 0;
  /// z = g^{-1}(x) with ln |det dz/dx|.
  [[nodiscard]] virtual Mapped inverse(const Batch& x) const = 0;
  /// Vector-Jacobian product of forward. For S(z, θ) = Σ_chains [ gx·x + g_log_det·log_det ]:
  /// returns dS/dz (chains, sites) and, where grad is not empty, adds dS/dθ to it. x is the output
  /// of forward; the inputs are recomputed by inverting layer by layer, nothing is stored.
  virtual Batch forward_vjp(const Batch& x, const Batch& gx, const Column& g_log_det,
                            std::span<double> grad) const = 0;
  /// The same for inverse: z is its output, gz the cotangent of z. Returns dS/dx.
  virtual Batch inverse_vjp(const Batch& z, const Batch& gz, const Column& g_log_det,
                            std::span<double> grad) const = 0;

  /// at() of a flow that stays one.
  [[nodiscard]] virtual std::unique_ptr<Flow> flow_at(const Condition& condition) const;
  [[nodiscard]] std::unique_ptr<Trainable> at(const Condition& condition) const override {
    return flow_at(condition);
  }

  [[nodiscard]] Draw sample(const Streams& streams, Index chains) const override;
  [[nodiscard]] Column log_prob(const Batch& x) const override;
  void add_grad(const Batch& x, const Column& weight, std::span<double> grad) const override;
  Column loss_grad(const Target& target, const Streams& streams, Index chains,
                   std::span<double> grad) const override;
  /// The same at given latent variables z.
  virtual Column loss_grad_at(const Target& target, const Batch& z, std::span<double> grad) const;
};

/// ln of the standard normal density of each chain, (chains).
[[nodiscard]] Column log_normal_density(const Batch& z);

}  // namespace nmc
