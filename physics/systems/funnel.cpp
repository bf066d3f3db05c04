#include "physics/systems/funnel.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "core/simd/functions.hpp"

namespace nmc {
namespace {

const double ln_root_2pi = 0.5 * std::log(2 * std::numbers::pi);

/// e^{−v}, one code path for every chain.
Column precision_of(const Batch& x) {
  Column precision = -x.col(0);
  const std::span<double> view(precision.data(), static_cast<std::size_t>(precision.size()));
  simd::exp(view, view);
  return precision;
}

}  // namespace

Funnel::Funnel(Index sites, double scale) : sites_(sites), scale_(scale) {
  require(sites >= 2, fmt::format("a funnel of {} variables is none; it needs two or more", sites));
  require(std::isfinite(scale) && scale > 0,
          fmt::format("scale is {}; it must be a finite number above 0", scale));
}

Column Funnel::log_density(const Batch& x) const {
  Batch grad;
  return log_density_grad(x, grad);
}

Column Funnel::log_density_grad(const Batch& x, Batch& grad) const {
  const auto rest = static_cast<double>(sites_ - 1);
  const Column precision = precision_of(x);
  grad.resize(x.rows(), x.cols());
  Column exponent = Column::Zero(x.rows());  // Σ x_i² e^{−v} / 2
  for (Index i = 1; i < sites_; ++i) {
    grad.col(i) = -precision * x.col(i);
    exponent -= 0.5 * grad.col(i) * x.col(i);
  }
  grad.col(0) = exponent - 0.5 * rest - x.col(0) / (scale_ * scale_);
  const double ln_norm = static_cast<double>(sites_) * ln_root_2pi + std::log(scale_);
  return -0.5 * (x.col(0) / scale_).square() - exponent - 0.5 * rest * x.col(0) - ln_norm;
}

}  // namespace nmc
