#include "samplers/learned/radial_fit.hpp"

#include <cmath>
#include <utility>

#include "core/linear/factors.hpp"
#include "core/optimise/lbfgs.hpp"

namespace nmc {
namespace {

constexpr int kRounds = 6, kStepsOfRound = 12;

/// z = A (x − μ) with A = L^{-1}; parameters are μ, then A by columns from its diagonal down, whose
/// entries there are logarithms.
class Likelihood {
 public:
  Likelihood(const Batch& x, const RadialWarp& warp) : x_(x), warp_(warp) {}

  /// −⟨ln p(|z|)⟩ − ln |det A|.
  double operator()(std::span<const double> parameters, std::span<double> grad) const {
    const Index n = x_.cols();
    const Eigen::MatrixXd A = matrix_of(parameters, n);
    const Eigen::MatrixXd centred =
        x_.matrix().rowwise() - Eigen::Map<const Eigen::RowVectorXd>(parameters.data(), n);
    Eigen::MatrixXd z = centred * A.transpose();
    double sum = 0;
    for (Index row = 0; row < z.rows(); ++row) {
      const double r = z.row(row).norm();
      const RadialWarp::LogDensity log_p = warp_.log_density(r);
      sum -= log_p.value;
      z.row(row) *= r > 0 ? -log_p.slope / r : 0;  // from here on −∂ ln p/∂z
    }
    const auto rows = static_cast<double>(x_.rows());
    const Eigen::VectorXd by_mean = -A.transpose() * z.colwise().sum().transpose() / rows;
    const Eigen::MatrixXd by_A = z.transpose() * centred / rows;
    double loss = sum / rows;
    for (Index i = 0; i < n; ++i) grad[static_cast<std::size_t>(i)] = by_mean(i);
    auto at = static_cast<std::size_t>(n);
    for (Index j = 0; j < n; ++j)
      for (Index i = j; i < n; ++i, ++at) {
        grad[at] = i == j ? by_A(i, i) * A(i, i) - 1 : by_A(i, j);
        if (i == j) loss -= std::log(A(i, i));
      }
    return loss;
  }

  static std::vector<double> parameters_of(const Eigen::VectorXd& mean, const Eigen::MatrixXd& A) {
    std::vector<double> all(mean.data(), mean.data() + mean.size());
    for (Index j = 0; j < A.cols(); ++j)
      for (Index i = j; i < A.rows(); ++i) all.push_back(i == j ? std::log(A(i, i)) : A(i, j));
    return all;
  }
  static Eigen::MatrixXd matrix_of(std::span<const double> parameters, Index n) {
    Eigen::MatrixXd A = Eigen::MatrixXd::Zero(n, n);
    auto at = static_cast<std::size_t>(n);
    for (Index j = 0; j < n; ++j)
      for (Index i = j; i < n; ++i, ++at)
        A(i, j) = i == j ? std::exp(parameters[at]) : parameters[at];
    return A;
  }

 private:
  const Batch& x_;
  const RadialWarp& warp_;
};

RadialWarp warp_of(const Batch& x, const Eigen::VectorXd& mean, const Eigen::MatrixXd& A) {
  const Eigen::MatrixXd z = (x.matrix().rowwise() - mean.transpose()) * A.transpose();
  const Eigen::VectorXd lengths = z.rowwise().norm();
  return RadialWarp::fitted(x.cols(), {lengths.data(), static_cast<std::size_t>(lengths.size())});
}

}  // namespace

RadialCoordinates fit_radial(const Batch& x, Eigen::VectorXd mean, Eigen::MatrixXd L) {
  Eigen::MatrixXd A = linear::inverse(L);
  for (int round = 0; round < kRounds; ++round) {
    const RadialWarp warp = warp_of(x, mean, A);
    const Likelihood likelihood(x, warp);
    Lbfgs search(Likelihood::parameters_of(mean, A));
    for (int step = 0; step < kStepsOfRound && search.step(likelihood); ++step) continue;
    mean = Eigen::Map<const Eigen::VectorXd>(search.x().data(), mean.size());
    A = Likelihood::matrix_of(search.x(), mean.size());
  }
  L = linear::inverse(A).triangularView<Eigen::Lower>();
  RadialWarp warp = warp_of(x, mean, A).continued();
  return {std::move(mean), std::move(L), std::move(warp)};
}

}  // namespace nmc
