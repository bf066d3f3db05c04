#pragma once

#include "core/random/streams.hpp"
#include "core/roles/target.hpp"

namespace nmc {

/// The density of a target in the latent coordinates of a model: a Target over z together with the
/// way back. Samples of it, mapped by physical(), are samples of the target.
class LatentDensity : public Target {
 public:
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  /// x of every chain, (chains, sites). The streams serve maps that draw a symmetry operation.
  [[nodiscard]] virtual Batch physical(const Batch& z, const Streams& streams) const = 0;
  /// The other way: z whose image is x, (chains, sites), distributed as this density where x is as
  /// the target's. The streams serve maps that draw a symmetry operation.
  [[nodiscard]] virtual Batch latent(const Batch& x, const Streams& streams) const = 0;
};

}  // namespace nmc
