#include "models/energy/ising_likelihood.hpp"

#include <cmath>

#include "core/linear/factors.hpp"
#include "core/simd/functions.hpp"

namespace nmc {
namespace {

/// J as a symmetric matrix.
Eigen::MatrixXd coupling_matrix(const IsingShape& shape, std::span<const double> theta) {
  Eigen::MatrixXd A = Eigen::MatrixXd::Zero(shape.sites, shape.sites);
  for (std::size_t k = 0; k < shape.pairs.size(); ++k) {
    const auto [i, j] = shape.pairs[k];
    A(i, j) += theta[k];
    A(j, i) += theta[k];
  }
  return A;
}

Eigen::RowVectorXd field_row(const IsingShape& shape, std::span<const double> theta) {
  if (!shape.has_fields) return Eigen::RowVectorXd::Zero(shape.sites);
  return Eigen::Map<const Eigen::RowVectorXd>(theta.data() + shape.pairs.size(), shape.sites);
}

/// Local fields x, (rows, sites).
Eigen::MatrixXd local_fields(const IsingShape& shape, std::span<const double> theta,
                             const Batch& s) {
  Eigen::MatrixXd x = s.matrix() * coupling_matrix(shape, theta);
  x.rowwise() += field_row(shape, theta);
  return x;
}

/// From ⟨s_i g_j⟩, of which both orders of a pair count, and ⟨g_i⟩ to the numbers of the shape.
void put_parameters(const IsingShape& shape, const Eigen::MatrixXd& products,
                    const Eigen::RowVectorXd& singles, std::span<double> grad) {
  for (std::size_t k = 0; k < shape.pairs.size(); ++k) {
    const auto [i, j] = shape.pairs[k];
    grad[k] = products(i, j) + products(j, i);
  }
  if (shape.has_fields)
    Eigen::Map<Eigen::RowVectorXd>(grad.data() + shape.pairs.size(), shape.sites) = singles;
}

/// −2 s σ(−2 s x), the derivative of ln(1 + e^{−2 s x}) by x.
Eigen::MatrixXd slopes_of(const Batch& s, const Eigen::MatrixXd& x) {
  Batch minus = -2 * s * x.array();
  const std::span<double> numbers(minus.data(), static_cast<std::size_t>(minus.size()));
  simd::sigmoid(numbers, numbers);
  return (-2 * s * minus).matrix();
}

}  // namespace

std::vector<std::pair<Index, Index>> all_pairs(Index sites) {
  std::vector<std::pair<Index, Index>> pairs;
  for (Index i = 0; i < sites; ++i)
    for (Index j = i + 1; j < sites; ++j) pairs.emplace_back(i, j);
  return pairs;
}

Eigen::MatrixXd sufficient_statistics(const IsingShape& shape, const Batch& s) {
  Eigen::MatrixXd f(s.rows(), shape.parameters());
  Index at = 0;
  for (const auto& [i, j] : shape.pairs) f.col(at++) = (s.col(i) * s.col(j)).matrix();
  if (shape.has_fields) f.rightCols(shape.sites) = s.matrix();
  return f;
}

IsingNll ising_nll(const IsingShape& shape, std::span<const double> theta,
                   const Eigen::VectorXd& means, const Threads& threads) {
  const IsingMoments moments = exact_moments(shape, theta, threads);
  const Eigen::Map<const Eigen::VectorXd> numbers(theta.data(), std::ssize(theta));
  return {moments.log_z - numbers.dot(means), moments.means - means};
}

double ising_pseudo_nll(const IsingShape& shape, std::span<const double> theta,
                        const WeightedRows& rows, std::span<double> grad) {
  const Eigen::MatrixXd x = local_fields(shape, theta, rows.v);
  Batch loss = -2 * rows.v * x.array();
  const std::span<double> numbers(loss.data(), static_cast<std::size_t>(loss.size()));
  simd::softplus(numbers, numbers);
  const Eigen::MatrixXd g = slopes_of(rows.v, x).array().colwise() * rows.weight;
  const Eigen::MatrixXd products = rows.v.matrix().transpose() * g;
  put_parameters(shape, products, g.colwise().sum(), grad);
  return (rows.weight * sum_sites(loss)).sum();
}

Eigen::MatrixXd pseudo_covariance(const IsingShape& shape, std::span<const double> theta,
                                  const WeightedRows& rows) {
  const Index count = shape.parameters(), pairs = std::ssize(shape.pairs);
  const Eigen::MatrixXd x = local_fields(shape, theta, rows.v);
  const Eigen::MatrixXd g = slopes_of(rows.v, x);
  Eigen::MatrixXd score = Eigen::MatrixXd::Zero(rows.v.rows(), count);
  Eigen::MatrixXd H = Eigen::MatrixXd::Zero(count, count);
  for (Index i = 0; i < shape.sites; ++i) {
    // x_i depends on these numbers, by these spins.
    std::vector<Index> places;
    std::vector<Index> others;
    for (Index k = 0; k < pairs; ++k) {
      const auto [a, b] = shape.pairs[static_cast<std::size_t>(k)];
      if (a != i && b != i) continue;
      places.push_back(k);
      others.push_back(a == i ? b : a);
    }
    Eigen::MatrixXd X(rows.v.rows(), std::ssize(places) + (shape.has_fields ? 1 : 0));
    for (std::size_t k = 0; k < others.size(); ++k)
      X.col(static_cast<Index>(k)) = rows.v.col(others[k]).matrix();
    if (shape.has_fields) {
      places.push_back(pairs + i);
      X.rightCols(1).setOnes();
    }
    // g = −2 s σ, so that 4 σ (1 − σ) = |g| (2 − |g|).
    const Column size = g.col(i).array().abs();
    const Column curvature = rows.weight * size * (2 - size);
    score(Eigen::all, places) += (X.array().colwise() * g.col(i).array()).matrix();
    H(places, places) += X.transpose() * (X.array().colwise() * curvature).matrix();
  }
  const Eigen::MatrixXd V = score.transpose() * (score.array().colwise() * rows.weight).matrix();
  const Eigen::MatrixXd inverse = linear::inverse_of_positive(H);
  return inverse * V * inverse;
}

}  // namespace nmc
