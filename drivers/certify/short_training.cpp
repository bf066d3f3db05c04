#include "drivers/certify/short_training.hpp"

#include <vector>

#include "core/optimise/adam.hpp"
#include "core/roles/trainable.hpp"

namespace nmc::certify {

void train_shortly(const Target& target, Trainable& model) {
  constexpr Index kSteps = 300, kDraws = 128;
  constexpr double kRate = 0.01;
  if (model.parameters().empty()) return;
  if (model.needs_target_gradient() && !target.is_differentiable()) return;
  std::vector<double> grad(model.parameters().size());
  Adam adam(std::ssize(grad));
  for (Index step = 0; step < kSteps; ++step) {
    grad.assign(grad.size(), 0.0);
    const Streams streams{
        .seed = 12, .step = static_cast<std::uint64_t>(step), .purpose = Purpose::train};
    const Column loss = model.loss_grad(target, streams, kDraws, grad);
    if (!loss.allFinite()) return;
    for (double& g : grad) g /= static_cast<double>(kDraws);
    adam.step(model.parameters(), grad, kRate * (1 - static_cast<double>(step) / kSteps));
    model.parameters_changed();
  }
}

}  // namespace nmc::certify
