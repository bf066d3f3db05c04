#include "models/training/mixed_kl.hpp"

#include <string>
#include <utility>

#include "core/errors.hpp"

namespace nmc {

MixedKl::MixedKl(ReverseKl reverse, ForwardKl forward, double forward_weight)
    : reverse_(std::move(reverse)), forward_(std::move(forward)), forward_weight_(forward_weight) {
  require(forward_weight > 0 && forward_weight < 1,
          "forward_weight = " + std::to_string(forward_weight) +
              " must lie between 0 and 1; at 0 the objective is reverse, at 1 forward");
}

std::vector<LossColumn> MixedKl::columns() const {
  return {reverse_.columns().front(), forward_.columns().front()};
}

std::vector<LossColumn> MixedKl::validation_columns() const {
  return {reverse_.validation_columns().front(), forward_.columns().front()};
}

void MixedKl::advance(Index step) {
  forward_.advance(step);
  reverse_.advance(step);
}

Batch MixedKl::evaluate(const BatchPart& part, std::span<double> grad) const {
  Batch losses(part.rows, 2);
  losses.col(0) = reverse_.evaluate(part, grad).col(0);
  const double weight =
      forward_weight_ / (static_cast<double>(part.batch) * weight_of_sum(part.batch));
  losses.col(1) = forward_.add_losses(part, weight, grad);
  return losses;
}

Column MixedKl::validate(Index column, const BatchPart& part) const {
  return column == 0 ? reverse_.validate(0, part) : forward_.add_losses(part, 0, {});
}

}  // namespace nmc
