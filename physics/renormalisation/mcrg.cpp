#include "physics/renormalisation/mcrg.hpp"

#include <cmath>

#include "core/errors.hpp"
#include "core/linear/factors.hpp"

namespace nmc {
namespace {

using statistics::Estimate;

/// Σ S' Sᵗ over draws, of S' followed by S, and Σ of both.
struct OperatorSums {
  Eigen::MatrixXd products;
  Eigen::VectorXd sums;
  double draws = 0;
};

OperatorSums sums_of(const Eigen::MatrixXd& both) {
  return {both.transpose() * both, both.colwise().sum().transpose(),
          static_cast<double>(both.rows())};
}

// Of the leading eigenvalue; NaN where it is not a positive number.
double exponent_of(const OperatorSums& s, Index operators, Index all, double b) {
  const Eigen::VectorXd mean = s.sums / s.draws;
  const Eigen::MatrixXd covariance = s.products / s.draws - mean * mean.transpose();
  const Eigen::MatrixXd A = covariance.topLeftCorner(operators, operators);
  const Eigen::MatrixXd B = covariance.block(0, all, operators, operators);
  const Eigen::VectorXcd values = linear::eigenvalues(linear::solve_lu(A, B));
  double largest = 0;
  for (const auto& value : values)
    if (std::abs(value.imag()) < 1e-9 * std::abs(value)) largest = std::max(largest, value.real());
  return largest > 0 ? std::log(largest) / std::log(b) : statistics::not_a_number;
}

}  // namespace

std::vector<ScalingExponent> scaling_exponents(const Batch& before, const Batch& after, double b) {
  const Index draws = before.rows(), all = before.cols();
  require(draws >= 10 * kExponentGroups && after.rows() == draws,
          "an exponent with its error takes 200 draws or more");
  Eigen::MatrixXd both(draws, 2 * all);
  both << after.matrix(), before.matrix();
  // About their means: covariances are small beside products of extensive sums.
  both.rowwise() -= both.colwise().mean().eval();
  const OperatorSums total = sums_of(both);
  std::vector<OperatorSums> rest;
  for (Index g = 0; g < kExponentGroups; ++g) {
    const Index first = draws * g / kExponentGroups, end = draws * (g + 1) / kExponentGroups;
    const OperatorSums own = sums_of(both.middleRows(first, end - first));
    rest.push_back({total.products - own.products, total.sums - own.sums, total.draws - own.draws});
  }
  std::vector<ScalingExponent> exponents;
  for (Index n = 1; n <= all; ++n) {
    const double y = exponent_of(total, n, all, b);
    double square = 0, mean = 0;
    std::vector<double> without;
    for (const OperatorSums& one : rest) without.push_back(exponent_of(one, n, all, b));
    for (const double one : without) mean += one / kExponentGroups;
    for (const double one : without) square += (one - mean) * (one - mean);
    constexpr double kScale = (kExponentGroups - 1.0) / kExponentGroups;
    exponents.push_back({n, {y, std::sqrt(kScale * square)}});
  }
  return exponents;
}

std::vector<Estimate> fit_couplings(const Column& s, const Batch& h, Index chains) {
  constexpr int kMostSteps = 50;
  const Index n = h.cols();
  require(chains > n,
          "errors of couplings are from chains, of which there are more than couplings");
  Eigen::VectorXd K = Eigen::VectorXd::Zero(n);
  Eigen::MatrixXd curvature;
  Column left;  // s − ⟨s | h⟩
  for (int step = 0; step < kMostSteps; ++step) {
    const Column mean = (h.matrix() * K).array().tanh();
    left = s - mean;
    // ∂/∂K of Σ ln p: Σ h (s − tanh h·K), and its curvature Σ h hᵗ (1 − tanh²).
    const Eigen::VectorXd gradient = h.matrix().transpose() * left.matrix();
    const Batch weighted = h.colwise() * (1 - mean.square());
    curvature = h.matrix().transpose() * weighted.matrix();
    const Eigen::VectorXd change = linear::solve_ldlt(curvature, gradient);
    K += change;
    if (change.cwiseAbs().maxCoeff() < 1e-10) break;
  }
  Eigen::MatrixXd scores = Eigen::MatrixXd::Zero(n, chains);
  for (Index row = 0; row < s.size(); ++row)
    scores.col(row % chains) += left(row) * h.row(row).matrix().transpose();
  const double scale = static_cast<double>(chains) / static_cast<double>(chains - 1);
  const Eigen::MatrixXd moved = linear::solve_ldlt(curvature, scores);
  const Eigen::VectorXd variance = scale * moved.rowwise().squaredNorm();
  std::vector<Estimate> couplings;
  for (Index i = 0; i < n; ++i) couplings.push_back({K(i), std::sqrt(variance(i))});
  return couplings;
}

}  // namespace nmc
