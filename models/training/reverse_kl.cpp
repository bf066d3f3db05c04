#include "models/training/reverse_kl.hpp"

#include "core/errors.hpp"
#include "models/training/fresh_draws.hpp"

namespace nmc {

ReverseKl::ReverseKl(const Trainable& model, const Target& target, std::optional<double> log_z,
                     ConditionWay way)
    : model_(model), target_(target), log_z_(log_z), way_(way) {
  require(!model.needs_target_gradient() || target.is_differentiable(),
          "reverse training needs a differentiable density, and this one has none; use system "
          "dual_ising in place of ising, or objective = forward with data");
  check_fit(model, target);
  require((way.family == nullptr) == (way.path == nullptr),
          "a way through conditions is a family and a path, both or none");
}

// Along a way ln Z of the step's target is not known.
std::vector<LossColumn> ReverseKl::columns() const {
  std::vector<LossColumn> columns = validation_columns();
  if (way_.path != nullptr) columns.front().log_z.reset();
  return columns;
}

std::vector<LossColumn> ReverseKl::validation_columns() const {
  return {{.name = "loss", .formula = "ln q - ln p", .is_log_ratio = true, .log_z = log_z_}};
}

// Where the target is not differentiated through the draws, the gradient is that of the score.
void ReverseKl::check_batch(Index batch) const {
  require(batch >= 2 || model_.needs_target_gradient(),
          "batch = 1: a network of spins learns from which of the draws of a step are better than "
          "the others, and one draw alone teaches nothing; set train.batch to 2 or more");
}

void ReverseKl::advance(Index step) {
  if (way_.path == nullptr) return;
  Condition next = way_.path->at(step);
  if (current_ != nullptr && next == condition_) return;
  current_ = way_.family->at(next);
  if (!model_.conditions().empty()) current_model_ = model_.at(next);
  condition_ = std::move(next);
}

Batch ReverseKl::evaluate(const BatchPart& part, std::span<double> grad) const {
  const Trainable& model = current_model_ ? *current_model_ : model_;
  return model.loss_grad(current_ ? *current_ : target_, part.streams, part.rows, grad);
}

Column ReverseKl::validate(Index /*column*/, const BatchPart& part) const {
  return fresh_draws(model_, target_, part.streams, part.rows).loss;
}

}  // namespace nmc
