#include "core/roles/latent_target.hpp"

#include <memory>
#include <string>

#include "core/errors.hpp"

namespace nmc {

void check_latent(Index sites, const Target& target) {
  require(sites == target.sites(), "the model has " + std::to_string(sites) +
                                       " sites and the system " + std::to_string(target.sites()) +
                                       "; train a model for this system");
  require(target.is_differentiable(),
          "a latent density needs a differentiable system; use sampler independence");
}

LatentTarget::LatentTarget(const Flow& flow, const Target& target) : flow_(flow), target_(target) {
  check_latent(flow.sites(), target);
}

std::unique_ptr<const LatentDensity> Flow::latent_density(const Target& target) const {
  return std::make_unique<LatentTarget>(*this, target);
}

Column LatentTarget::log_density(const Batch& z) const {
  const Mapped mapped = flow_.forward(z);
  return target_.log_density(mapped.y) + mapped.log_det;
}

Column LatentTarget::log_density_grad(const Batch& z, Batch& grad) const {
  const Mapped mapped = flow_.forward(z);
  Batch grad_x;
  const Column log_p = target_.log_density_grad(mapped.y, grad_x);
  grad = flow_.forward_vjp(mapped.y, grad_x, Column::Ones(z.rows()), {});
  return log_p + mapped.log_det;
}

Batch LatentTarget::latent(const Batch& x, const Streams& /*streams*/) const {
  return flow_.inverse(x).y;
}

Batch LatentTarget::physical(const Batch& z, const Streams& /*streams*/) const {
  return flow_.forward(z).y;
}

}  // namespace nmc
