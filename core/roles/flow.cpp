#include "core/roles/flow.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <utility>

namespace nmc {

Column log_normal_density(const Batch& z) {
  const double ln_2pi = std::log(2 * std::numbers::pi);
  Column square = Column::Zero(z.rows());
  for (Index site = 0; site < z.cols(); ++site) square += z.col(site).square();
  return -0.5 * (square + ln_2pi * static_cast<double>(z.cols()));
}

std::unique_ptr<Flow> Flow::flow_at(const Condition& /*condition*/) const {
  throw std::logic_error("flow_at() of a model that has no conditions");
}

Draw Flow::sample(const Streams& streams, Index chains) const {
  Batch z(chains, sites());
  fill_normal(streams, z);
  Mapped mapped = forward(z);
  const Column log_q = log_normal_density(z) - mapped.log_det;
  return {std::move(mapped.y), log_q};
}

Column Flow::log_prob(const Batch& x) const {
  const Mapped mapped = inverse(x);
  return log_normal_density(mapped.y) + mapped.log_det;
}

void Flow::add_grad(const Batch& x, const Column& weight, std::span<double> grad) const {
  const Mapped mapped = inverse(x);
  const Batch gz = -(mapped.y.colwise() * weight);
  inverse_vjp(mapped.y, gz, weight, grad);
}

Column Flow::loss_grad(const Target& target, const Streams& streams, Index chains,
                       std::span<double> grad) const {
  Batch z(chains, sites());
  fill_normal(streams, z);
  return loss_grad_at(target, z, grad);
}

// loss = ln N(z) - ln|det dx/dz| - ln p(x) at x = g(z). Its total gradient has z fixed, so that
// only the determinant and x move. The path gradient has x move in ln q(x) - ln p(x) instead.
Column Flow::loss_grad_at(const Target& target, const Batch& z, std::span<double> grad) const {
  const Mapped mapped = forward(z);
  const Column log_q = log_normal_density(z) - mapped.log_det;
  if (grad.empty()) return log_q - target.log_density(mapped.y);
  Batch gx;
  const Column log_p = target.log_density_grad(mapped.y, gx);
  gx = -gx;
  if (gradient_ == Gradient::path) {
    gx += inverse_vjp(z, -z, Column::Ones(z.rows()), {});
    forward_vjp(mapped.y, gx, Column::Zero(z.rows()), grad);
  } else {
    forward_vjp(mapped.y, gx, Column::Constant(z.rows(), -1.0), grad);
  }
  return log_q - log_p;
}

}  // namespace nmc
