#include "models/symmetry/flow_density.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.hpp"
#include "models/flows/linear/elementary.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "models/symmetry/symmetrised_flow.hpp"

namespace nmc {

FlowDensity::FlowDensity(std::unique_ptr<const Trainable> flow)
    : model_(std::move(flow)),
      flow_(model_->abilities().flow),
      // A file holds either kind, and a mixture of images has another gradient than its flow.
      images_(dynamic_cast<const SymmetrisedFlow*>(model_.get())) {
  require(model_->support() == Support::real && flow_ != nullptr,
          "this is no flow of real numbers, whose density has a gradient; give the file of one");
}

Column FlowDensity::log_density_grad(const Batch& x, Batch& grad) const {
  if (images_ != nullptr) return images_->log_prob_grad(x, grad);
  const Mapped latent = flow_->inverse(x);
  grad = flow_->inverse_vjp(latent.y, -latent.y, Column::Ones(x.rows()), {});
  return log_normal_density(latent.y) + latent.log_det;
}

std::unique_ptr<const FlowDensity> FlowDensity::of_wider_normals(double width) const {
  const BijectorFlow* const layers = as_layers(flow_);
  require(layers != nullptr,
          "this network has no layers that normals of another width could go "
          "through: leave the width out");
  auto wider = layers->after(std::make_unique<ScalingLayer>(sites()));
  std::ranges::fill(wider->parameters().first(static_cast<std::size_t>(sites())), std::log(width));
  wider->parameters_changed();
  if (images_ == nullptr) return std::make_unique<const FlowDensity>(std::move(wider));
  return std::make_unique<const FlowDensity>(
      std::make_unique<SymmetrisedFlow>(std::move(wider), images_->group()));
}

}  // namespace nmc
