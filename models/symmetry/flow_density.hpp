#pragma once

#include <memory>

#include "core/interfaces.hpp"

namespace nmc {

class SymmetrisedFlow;

/// The density of a trained flow, plain or symmetrised, as a target: ln p = ln q, so that ln Z = 0.
/// A second network that is trained on it is distilled from it (probability density distillation,
/// van den Oord et al. 2017, arXiv:1711.10433): the log densities of both are exact.
class FlowDensity final : public Target {
 public:
  /// Throws UserError where the model is no flow of real numbers.
  explicit FlowDensity(std::unique_ptr<const Trainable> flow);

  [[nodiscard]] Index sites() const override { return model_->sites(); }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override { return model_->log_prob(x); }
  Column log_density_grad(const Batch& x, Batch& grad) const override;
  [[nodiscard]] const Trainable& model() const { return *model_; }
  /// That of the same layers, or the mixture of their images, of normals of this width > 0 in place
  /// of 1: it reaches further where the width is above 1. This one must outlive it. UserError where
  /// the flow has no layers.
  [[nodiscard]] std::unique_ptr<const FlowDensity> of_wider_normals(double width) const;

 private:
  std::unique_ptr<const Trainable> model_;
  const Flow* flow_;               ///< the bijection
  const SymmetrisedFlow* images_;  ///< the model where it mixes images of it, else null
};

}  // namespace nmc
