#include "physics/systems/toy.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <utility>

#include "core/errors.hpp"
#include "core/linear/factors.hpp"
#include "core/simd/functions.hpp"

namespace nmc {

namespace {

const double ln_2pi = std::log(2 * std::numbers::pi);

/// In place, one code path for every element.
void exp_in_place(Column& x) {
  const std::span<double> view(x.data(), static_cast<std::size_t>(x.size()));
  simd::exp(view, view);
}

void require_positive(const char* name, double value) {
  require(std::isfinite(value) && value > 0,
          fmt::format("{} is {}; it must be a finite number above 0", name, value));
}

}  // namespace

Gaussian::Gaussian(Eigen::VectorXd mean, const Eigen::MatrixXd& covariance)
    : mean_(std::move(mean)) {
  const Index n = mean_.size();
  require(n > 0 && covariance.rows() == n && covariance.cols() == n,
          fmt::format("a covariance of {}x{} does not fit a mean of {} numbers", covariance.rows(),
                      covariance.cols(), n));
  require(
      mean_.allFinite() && covariance.allFinite() && covariance.isApprox(covariance.transpose()),
      "a covariance must be finite and symmetric");
  const linear::CholeskyFactor factor = linear::cholesky_factor(covariance);
  require(factor.is_positive, "a covariance must be positive definite; this one is not");
  precision_ = linear::inverse_of_positive(covariance);
  precision_ = (0.5 * (precision_ + precision_.transpose())).eval();
  const double half_ln_det = factor.L.diagonal().array().log().sum();
  lnZ_ = 0.5 * static_cast<double>(n) * ln_2pi + half_ln_det;
}

Column Gaussian::log_density(const Batch& x) const {
  Batch grad;
  return log_density_grad(x, grad);
}

Column Gaussian::log_density_grad(const Batch& x, Batch& grad) const {
  const Batch centred = x.rowwise() - mean_.transpose().array();
  grad = Batch::Zero(x.rows(), x.cols());
  Column log_p = Column::Zero(x.rows());
  for (Index i = 0; i < x.cols(); ++i) {
    for (Index j = 0; j < x.cols(); ++j)
      if (precision_(i, j) != 0) grad.col(i) -= precision_(i, j) * centred.col(j);
    log_p += 0.5 * grad.col(i) * centred.col(i);
  }
  return log_p;
}

Ring::Ring(double radius, double width) : radius_(radius), width_(width) {
  require_positive("radius", radius);
  require_positive("width", width);
}

Column Ring::log_density(const Batch& x) const {
  const Column excess = ((x.col(0).square() + x.col(1).square()).sqrt() - radius_) / width_;
  return -0.5 * excess.square();
}

Column Ring::log_density_grad(const Batch& x, Batch& grad) const {
  const Column r = (x.col(0).square() + x.col(1).square()).sqrt();
  const Column force = (r == 0).select(0.0, (radius_ / r - 1) / (width_ * width_));
  grad = x.colwise() * force;
  return log_density(x);
}

double Ring::lnZ() const {
  // ∫_0^∞ r e^{−(r−a)²/2w²} dr = w² e^{−a²/2w²} + a w √(π/2) (1 + erf(a/√2 w)).
  const double ratio = radius_ / (std::numbers::sqrt2 * width_);
  const double core = width_ * width_ * std::exp(-ratio * ratio);
  const double rim = radius_ * width_ * std::sqrt(std::numbers::pi / 2) * (1 + std::erf(ratio));
  return ln_2pi + std::log(core + rim);
}

double Ring::mean_radius() const {
  // By parts: ∫ r² e^{…} = a ∫ r e^{…} + w² ∫ e^{…}.
  const double ratio = radius_ / (std::numbers::sqrt2 * width_);
  const double zeroth = width_ * std::sqrt(std::numbers::pi / 2) * (1 + std::erf(ratio));
  const double first = std::exp(lnZ() - ln_2pi);
  return radius_ + width_ * width_ * zeroth / first;
}

double Ring::mean_square_radius() const {
  // By parts: ∫ r³ e^{…} = a ∫ r² e^{…} + 2 w² ∫ r e^{…}.
  return radius_ * mean_radius() + 2 * width_ * width_;
}

GaussianMixture::GaussianMixture(std::vector<Component> components)
    : components_(std::move(components)) {
  require(!components_.empty(), "a mixture needs at least one component");
  double total = 0;
  for (const Component& component : components_) {
    require_positive("weight", component.weight);
    require_positive("width", component.width);
    require(component.mean.size() == sites() && sites() > 0 && component.mean.allFinite(),
            "the means of a mixture must be finite and of equal length");
    total += component.weight;
  }
  for (Component& component : components_) component.weight /= total;
}

GaussianMixture GaussianMixture::polygon(Index count, double radius, double width) {
  std::vector<Component> components;
  for (Index k = 0; k < count; ++k) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(count);
    components.push_back({1, radius * Eigen::Vector2d(std::cos(angle), std::sin(angle)), width});
  }
  return GaussianMixture(std::move(components));
}

Batch GaussianMixture::log_terms(const Batch& x) const {
  Batch terms(x.rows(), static_cast<Index>(components_.size()));
  for (Index k = 0; k < terms.cols(); ++k) {
    const Component& component = components_[k];
    const double ln_norm =
        static_cast<double>(sites()) * (0.5 * ln_2pi + std::log(component.width));
    Column square = Column::Zero(x.rows());
    for (Index i = 0; i < x.cols(); ++i)
      square += ((x.col(i) - component.mean(i)) / component.width).square();
    terms.col(k) = std::log(component.weight) - ln_norm - 0.5 * square;
  }
  return terms;
}

Column GaussianMixture::log_density(const Batch& x) const {
  Batch grad;
  return log_density_grad(x, grad);
}

Column GaussianMixture::log_density_grad(const Batch& x, Batch& grad) const {
  const Batch terms = log_terms(x);
  const Column top = terms.rowwise().maxCoeff();
  Column sum = Column::Zero(x.rows());
  grad = Batch::Zero(x.rows(), x.cols());
  for (Index k = 0; k < terms.cols(); ++k) {
    const Component& component = components_[k];
    Column weight = terms.col(k) - top;
    exp_in_place(weight);
    sum += weight;
    const double square_width = component.width * component.width;
    for (Index i = 0; i < x.cols(); ++i)
      grad.col(i) += weight * ((component.mean(i) - x.col(i)) / square_width);
  }
  grad.colwise() /= sum;
  simd::log({sum.data(), static_cast<std::size_t>(sum.size())},
            {sum.data(), static_cast<std::size_t>(sum.size())});
  return top + sum;
}

}  // namespace nmc
