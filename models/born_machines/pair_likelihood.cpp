#include "models/born_machines/pair_likelihood.hpp"

#include <cmath>
#include <limits>

#include "core/linear/dense.hpp"

namespace nmc {
namespace {

using Eigen::MatrixXd;

double inner(const PairTensor& a, const PairTensor& b) {
  double sum = 0;
  for (std::size_t k = 0; k < 4; ++k) sum += a[k].cwiseProduct(b[k]).sum();
  return sum;
}

/// a += t b.
void add(PairTensor& a, double t, const PairTensor& b) {
  for (std::size_t k = 0; k < 4; ++k) a[k] += t * b[k];
}

/// Relative size of a gradient that says nothing more in double precision.
constexpr double kConverged = 1e-14;

}  // namespace

std::array<Column, 4> PairLikelihood::products(const PairTensor& theta) const {
  std::array<Column, 4> psi;
  for (std::size_t k = 0; k < 4; ++k) {
    const PairClass& of = data_[k];
    if (of.left.rows() == 0) continue;
    MatrixXd onto = MatrixXd::Zero(of.left.rows(), theta[k].cols());
    linear::add_product(of.left, theta[k], onto);
    psi[k] = Column::Zero(of.left.rows());
    for (Index j = 0; j < onto.cols(); ++j) psi[k] += onto.col(j).array() * of.right.col(j).array();
  }
  return psi;
}

PairTensor PairLikelihood::gradient(const PairTensor& theta,
                                    const std::array<Column, 4>& psi) const {
  PairTensor grad = theta;
  for (std::size_t k = 0; k < 4; ++k) {
    const PairClass& of = data_[k];
    if (of.left.rows() == 0) continue;
    const Column share = -of.weight / psi[k];
    MatrixXd scaled = of.right;
    for (Index j = 0; j < scaled.cols(); ++j) scaled.col(j).array() *= share;
    linear::add_transposed_product(of.left, scaled, grad[k]);
  }
  return grad;
}

// f'(t) = θ·d + t|d|² − Σ w φ/(Ψ + tφ) rises from f'(0) < 0 to infinity at the first t where a
// Ψ + tφ is 0, or without end: Newton's method, held within the bracket that it narrows.
double PairLikelihood::best_step(const PairTensor& theta, const PairTensor& direction,
                                 const std::array<Column, 4>& psi,
                                 const std::array<Column, 4>& change) const {
  const double linear = inner(theta, direction), square = inner(direction, direction);
  double low = 0, high = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < 4; ++k)
    for (Index c = 0; c < psi[k].size(); ++c)
      if (const double zero = -psi[k](c) / change[k](c); zero > 0) high = std::min(high, zero);
  constexpr int kMostIterations = 60;
  constexpr double kPrecise = 1e-10;
  double t = std::isfinite(high) ? std::min(0.5, 0.5 * high) : 0.5;
  for (int iteration = 0; iteration < kMostIterations; ++iteration) {
    double slope = linear + t * square, curvature = square;
    for (std::size_t k = 0; k < 4; ++k) {
      const Column rate = change[k] / (psi[k] + t * change[k]);
      slope -= (data_[k].weight * rate).sum();
      curvature += (data_[k].weight * rate.square()).sum();
    }
    (slope < 0 ? low : high) = t;
    double next = t - slope / curvature;
    if (!(next > low && next < high)) next = std::isfinite(high) ? 0.5 * (low + high) : 2 * t;
    const bool is_precise = std::abs(next - t) <= kPrecise * t;
    t = next;
    if (is_precise) break;
  }
  return t;
}

// Polak and Ribière's directions, begun anew where they do not lead down.
void PairLikelihood::improve(PairTensor& theta, Index steps) const {
  std::array<Column, 4> psi = products(theta);
  PairTensor grad = gradient(theta, psi), direction;
  double square = inner(grad, grad);
  for (Index step = 0; step < steps && square > kConverged * kConverged; ++step) {
    if (step == 0)
      for (std::size_t k = 0; k < 4; ++k) direction[k] = -grad[k];
    const std::array<Column, 4> change = products(direction);
    const double t = best_step(theta, direction, psi, change);
    add(theta, t, direction);
    for (std::size_t k = 0; k < 4; ++k) psi[k] += t * change[k];
    if (step + 1 == steps) break;
    const PairTensor before = grad;
    grad = gradient(theta, psi);
    const double old = square;
    square = inner(grad, grad);
    const double beta = std::max(0.0, (square - inner(grad, before)) / old);
    for (std::size_t k = 0; k < 4; ++k) direction[k] = beta * direction[k] - grad[k];
    if (inner(direction, grad) >= 0)
      for (std::size_t k = 0; k < 4; ++k) direction[k] = -grad[k];
  }
  const double norm = std::sqrt(inner(theta, theta));
  for (MatrixXd& part : theta) part /= norm;
}

}  // namespace nmc
