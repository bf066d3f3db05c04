#include "models/symmetry/symmetrised_latent.hpp"

#include <cmath>
#include <memory>

#include "core/roles/latent_target.hpp"

namespace nmc {
namespace {

void check_invariance(const SymmetrisedFlow& flow, const Target& target) {
  constexpr Index draws = 8;
  // Rounding of a sum over the sites, far below any term that would break a symmetry.
  constexpr double rounding = 1e-8;
  const Batch x = flow.flow().sample({.purpose = Purpose::evaluate}, draws).x;
  const Column log_p = target.log_density(x);
  for (const SymmetryOperation& g : flow.group()) {
    const Column moved = target.log_density(apply(g, x));
    require(((moved - log_p).abs() <= rounding * (1 + log_p.abs())).all(),
            "the system does not have the symmetry of the model: its energy changes under an "
            "operation of the group; use sampler independence, or a model with symmetry = none");
  }
}

}  // namespace

SymmetrisedLatent::SymmetrisedLatent(const SymmetrisedFlow& flow, const Target& target)
    : flow_(flow), target_(target) {
  check_latent(flow.sites(), target);
  check_invariance(flow, target);
}

std::unique_ptr<const LatentDensity> SymmetrisedFlow::latent_density(const Target& target) const {
  return std::make_unique<SymmetrisedLatent>(*this, target);
}

Column SymmetrisedLatent::log_density(const Batch& z) const {
  const auto identity = std::vector<Index>(static_cast<std::size_t>(z.rows()), flow_.identity());
  return log_normal_density(z) - flow_.loss_grad_at(target_, z, identity, {});
}

Column SymmetrisedLatent::log_density_grad(const Batch& z, Batch& grad) const {
  const Column potential = flow_.latent_potential(target_, z, grad);
  grad = -grad;
  return -potential;
}

// z is the latent variable of one image h x, chosen by its share q(h x) / Σ_h q(h x): p(x) times
// that share, summed over h, is exp(-U_sym(z)) at the image's z.
Batch SymmetrisedLatent::latent(const Batch& x, const Streams& streams) const {
  const auto& group = flow_.group();
  const auto elements = static_cast<Index>(group.size());
  std::vector<Batch> z;
  Batch log_q(x.rows(), elements);
  for (Index h = 0; h < elements; ++h) {
    const Mapped mapped = flow_.flow().inverse(apply(group[static_cast<std::size_t>(h)], x));
    z.push_back(mapped.y);
    log_q.col(h) = log_normal_density(mapped.y) + mapped.log_det;
  }
  const Column u = uniform_column(streams.with(Purpose::flip), x.rows());
  Batch chosen = z.front();
  for (Index c = 0; c < x.rows(); ++c) {
    const double largest = log_q.row(c).maxCoeff();
    double left = u(c) * (log_q.row(c) - largest).exp().sum();
    Index h = 0;
    for (; h + 1 < elements; ++h)
      if ((left -= std::exp(log_q(c, h) - largest)) < 0) break;
    chosen.row(c) = z[static_cast<std::size_t>(h)].row(c);
  }
  return chosen;
}

Batch SymmetrisedLatent::physical(const Batch& z, const Streams& streams) const {
  return flow_.move(flow_.random_elements(streams, z.rows()), flow_.flow().forward(z).y);
}

}  // namespace nmc
