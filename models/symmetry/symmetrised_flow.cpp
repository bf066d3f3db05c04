#include "models/symmetry/symmetrised_flow.hpp"

#include <algorithm>
#include <utility>

#include "models/symmetry/mixture.hpp"

namespace nmc {

SymmetrisedFlow::SymmetrisedFlow(std::unique_ptr<Flow> flow, std::vector<SymmetryOperation> group)
    : flow_(std::move(flow)), group_(std::move(group)) {
  check_group(group_, flow_->sites());
  const auto place = std::ranges::find(group_, identity_operation(flow_->sites()));
  identity_ = place - group_.begin();
}

std::unique_ptr<Trainable> SymmetrisedFlow::at(const Condition& condition) const {
  auto there = std::make_unique<SymmetrisedFlow>(flow_->flow_at(condition), group_);
  there->set_gradient(gradient_);
  return there;
}

Draw SymmetrisedFlow::sample(const Streams& streams, Index chains) const {
  Batch z(chains, sites());
  fill_normal(streams, z);
  const Mapped drawn = flow_->forward(z);
  const Images images = images_of_draw(z, drawn);
  return {move(random_elements(streams, chains), drawn.y), images.log_q};
}

Column SymmetrisedFlow::log_prob(const Batch& x) const {
  return images_of(x).log_q;
}

Column SymmetrisedFlow::log_prob_grad(const Batch& x, Batch& grad) const {
  const Images images = images_of(x);
  grad = log_q_vjp(images, -1, {});
  return images.log_q;
}

// ∇ ln q_sym(x) = Σ_g share_g ∇ ln q(g x)
void SymmetrisedFlow::add_grad(const Batch& x, const Column& weight, std::span<double> grad) const {
  Images images = images_of(x);
  images.share.colwise() *= weight;
  log_q_vjp(images, -1, grad);
}

Column SymmetrisedFlow::loss_grad(const Target& target, const Streams& streams, Index chains,
                                  std::span<double> grad) const {
  Batch z(chains, sites());
  fill_normal(streams, z);
  return loss_grad_at(target, z, random_elements(streams, chains), grad);
}

// ln q_sym is the same at x and h x, so that h enters through the target alone. In the total
// gradient the identity's term is known as ln N(z) - ln|det dx/dz| at fixed z.
Column SymmetrisedFlow::loss_grad_at(const Target& target, const Batch& z,
                                     const std::vector<Index>& element,
                                     std::span<double> grad) const {
  const Mapped drawn = flow_->forward(z);
  const Images images = images_of_draw(z, drawn);
  const Batch moved = move(element, drawn.y);
  if (grad.empty()) return images.log_q - target.log_density(moved);
  Batch by_moved;
  const Column log_p = target.log_density_grad(moved, by_moved);
  Batch gx = -move_back(element, by_moved);
  if (gradient_ == Gradient::path) {
    gx += log_q_vjp(images, -1, {});
    flow_->forward_vjp(drawn.y, gx, Column::Zero(z.rows()), grad);
  } else {
    gx += log_q_vjp(images, identity_, grad);
    flow_->forward_vjp(drawn.y, gx, -images.share.col(identity_), grad);
  }
  return images.log_q - log_p;
}

Column SymmetrisedFlow::latent_potential(const Target& target, const Batch& z,
                                         Batch& grad_z) const {
  const Mapped drawn = flow_->forward(z);
  const Images images = images_of_draw(z, drawn);
  Batch gx;
  const Column log_p = target.log_density_grad(drawn.y, gx);
  gx = log_q_vjp(images, identity_, {}) - gx;
  const Column share = images.share.col(identity_);
  grad_z = flow_->forward_vjp(drawn.y, gx, -share, {});
  // ln N(z) enters with the identity's share in ln q_sym and with -1 beside it.
  grad_z += z.colwise() * (1 - share);
  return images.log_q - log_p - log_normal_density(z);
}

std::vector<Index> SymmetrisedFlow::random_elements(const Streams& streams, Index chains) const {
  return nmc::random_elements(std::ssize(group_), streams, chains);
}

Batch SymmetrisedFlow::move(const std::vector<Index>& element, const Batch& x) const {
  return nmc::move(group_, element, x);
}

Batch SymmetrisedFlow::move_back(const std::vector<Index>& element, const Batch& grad) const {
  Batch by_x(grad.rows(), grad.cols());
  for (Index c = 0; c < grad.rows(); ++c) {
    const SymmetryOperation& g =
        group_[static_cast<std::size_t>(element[static_cast<std::size_t>(c)])];
    for (Index i = 0; i < grad.cols(); ++i) {
      by_x(c, g.permutation[static_cast<std::size_t>(i)]) = g.sign * grad(c, i);
    }
  }
  return by_x;
}

SymmetrisedFlow::Images SymmetrisedFlow::images_of(const Batch& x) const {
  Images images;
  Batch log_terms(x.rows(), static_cast<Index>(group_.size()));
  for (const SymmetryOperation& g : group_) {
    Mapped mapped = flow_->inverse(apply(g, x));
    log_terms.col(static_cast<Index>(images.z.size())) =
        log_normal_density(mapped.y) + mapped.log_det;
    images.z.push_back(std::move(mapped.y));
  }
  mix(images, log_terms);
  return images;
}

// The same at a draw x = g(z), whose own z is known: one inverse less.
SymmetrisedFlow::Images SymmetrisedFlow::images_of_draw(const Batch& z, const Mapped& drawn) const {
  Images images;
  Batch log_terms(z.rows(), static_cast<Index>(group_.size()));
  for (Index g = 0; g < log_terms.cols(); ++g) {
    if (g == identity_) {
      log_terms.col(g) = log_normal_density(z) - drawn.log_det;
      images.z.push_back(z);
      continue;
    }
    Mapped mapped = flow_->inverse(apply(group_[static_cast<std::size_t>(g)], drawn.y));
    log_terms.col(g) = log_normal_density(mapped.y) + mapped.log_det;
    images.z.push_back(std::move(mapped.y));
  }
  mix(images, log_terms);
  return images;
}

void SymmetrisedFlow::mix(Images& images, const Batch& log_terms) {
  Mixture mixture = mix_equally(log_terms);
  images.share = std::move(mixture.share);
  images.log_q = std::move(mixture.log_q);
}

Batch SymmetrisedFlow::log_q_vjp(const Images& images, Index skipped,
                                 std::span<double> grad) const {
  Batch gx = Batch::Zero(images.share.rows(), sites());
  for (Index g = 0; g < images.share.cols(); ++g) {
    if (g == skipped) continue;
    const Batch& z = images.z[static_cast<std::size_t>(g)];
    const Column share = images.share.col(g);
    const Batch by_image = flow_->inverse_vjp(z, -(z.colwise() * share), share, grad);
    gx += pull_back(group_[static_cast<std::size_t>(g)], by_image);
  }
  return gx;
}

}  // namespace nmc
