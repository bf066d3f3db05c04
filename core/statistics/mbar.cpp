#include "core/statistics/mbar.hpp"

#include <cassert>
#include <cmath>
#include <vector>

#include "core/linear/factors.hpp"

namespace nmc::statistics {
namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

// Rows that are handled together, so that a block of weights stays in the cache.
constexpr Index kBlock = 256;

struct Derivatives {
  double value = 0;
  Vector gradient;
  Matrix hessian;
};

/// The convex function at a with its derivatives: weights W_nj = e^{a_j} q_j(x_n) / Σ_k …
Derivatives evaluate(const PooledDraws& draws, const Vector& a) {
  const Index states = a.size();
  Derivatives d{-draws.counts.matrix().dot(a), -draws.counts.matrix(),
                Matrix::Zero(states, states)};
  for (Index first = 0; first < draws.weight.size(); first += kBlock) {
    const Index rows = std::min(kBlock, draws.weight.size() - first);
    Matrix weights = draws.log_density.middleRows(first, rows).matrix();
    weights.rowwise() += a.transpose();
    const auto multiplicity = draws.weight.segment(first, rows).matrix();
    const Vector largest = weights.rowwise().maxCoeff();
    weights.colwise() -= largest;
    weights = weights.array().exp();
    const Vector sums = weights.rowwise().sum();
    weights.array().colwise() /= sums.array();
    d.value += multiplicity.dot((sums.array().log() + largest.array()).matrix());
    d.gradient += weights.transpose() * multiplicity;
    d.hessian -= weights.transpose() * multiplicity.asDiagonal() * weights;
  }
  d.hessian.diagonal() += d.gradient + draws.counts.matrix();
  return d;
}

/// Newton step with a_0 held, which fixes the common constant. Where two groups of states share no
/// draws the matrix is singular: the step is then not finite or does not lower the function.
Vector newton_step(const Derivatives& d) {
  const Index rest = d.gradient.size() - 1;
  Vector step = Vector::Zero(rest + 1);
  if (rest == 0) return step;
  step.tail(rest) =
      -linear::solve_ldlt(d.hessian.bottomRightCorner(rest, rest), Vector(d.gradient.tail(rest)));
  return step;
}

bool has_overlap(const Matrix& hessian) {
  const Index rest = hessian.rows() - 1;
  if (rest == 0) return true;
  // Less than a hundredth of a draw links the states: no draws, only rounding.
  return linear::ldlt_diagonal(hessian.bottomRightCorner(rest, rest)).minCoeff() > 0.01;
}

}  // namespace

MbarResult mbar(const PooledDraws& draws, const Column& start) {
  constexpr Index kMostSteps = 200;
  constexpr double kSmallestStep = 1e-10;  // quadratic convergence: the next one is 1e-20
  const Index states = draws.counts.size();
  assert(draws.log_density.cols() == states && draws.log_density.rows() == draws.weight.size());
  assert((draws.counts > 0).all());
  Vector a = draws.counts.log().matrix();
  if (start.size() == states) a -= start.matrix();
  MbarResult result{Column::Constant(states, not_a_number), 0, false};
  Derivatives here = evaluate(draws, a);
  while (!result.converged && result.iterations < kMostSteps) {
    ++result.iterations;
    const Vector step = newton_step(here);
    if (!step.allFinite()) return result;
    double length = 1;
    Derivatives next = evaluate(draws, a + step);
    // Sufficient decrease (Armijo); rounding of the value is allowed for near the minimum.
    const double slope = here.gradient.dot(step);
    const double rounding = 1e-13 * (1 + std::abs(here.value));
    while (!(next.value <= here.value + 1e-4 * length * slope + rounding) && length > 1e-10) {
      length /= 2;
      next = evaluate(draws, a + length * step);
    }
    a += length * step;
    here = std::move(next);
    result.converged = length * step.cwiseAbs().maxCoeff() < kSmallestStep;
  }
  result.converged = result.converged && has_overlap(here.hessian);
  if (!result.converged) return result;
  const Column lnZ = draws.counts.log() - a.array();
  result.lnZ = lnZ - lnZ(0);
  return result;
}

}  // namespace nmc::statistics
