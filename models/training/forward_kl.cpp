#include "models/training/forward_kl.hpp"

#include <string>

#include "core/errors.hpp"
#include "models/training/fresh_draws.hpp"

namespace nmc {

ForwardKl::ForwardKl(const Trainable& model, DataSource& data, DrawJudge judge)
    : model_(model), data_(data), judge_(judge) {
  if (judge.target != nullptr) check_fit(model, *judge.target);
  require(data.sites() == model.sites(), "the model has " + std::to_string(model.sites()) +
                                             " sites, the data set has " +
                                             std::to_string(data.sites()));
}

std::vector<LossColumn> ForwardKl::columns() const {
  return {{.name = "forward_loss", .formula = "-ln q"}};
}

std::vector<LossColumn> ForwardKl::validation_columns() const {
  std::vector<LossColumn> all = columns();
  if (judge_.target != nullptr)
    all.insert(all.begin(), {"loss", "ln q - ln p", true, judge_.log_z});
  return all;
}

Column ForwardKl::add_losses(const BatchPart& part, double weight, std::span<double> grad) const {
  const Batch x = data_.rows(part.streams, part.rows);
  const Column loss = -model_.log_prob(x);
  if (!grad.empty()) model_.add_grad(x, Column::Constant(part.rows, -weight), grad);
  return loss;
}

Batch ForwardKl::evaluate(const BatchPart& part, std::span<double> grad) const {
  const double weight = 1 / (static_cast<double>(part.batch) * weight_of_sum(part.batch));
  return add_losses(part, weight, grad);
}

Column ForwardKl::validate(Index column, const BatchPart& part) const {
  if (column == 0 && judge_.target != nullptr)
    return fresh_draws(model_, *judge_.target, part.streams, part.rows).loss;
  return add_losses(part, 0, {});
}

}  // namespace nmc
