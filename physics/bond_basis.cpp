#include "physics/bond_basis.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace nmc {

namespace {

/// Points of the trapezoid rule on one side of 0; its error falls faster than any power for
/// functions that are analytic and vanish at the ends.
constexpr int half_points = 128;
/// ln of the weight that is left out.
constexpr double cut = 45;

/// −ln of the weight of a site whose neighbours are all equal to it, above its minimum.
double well(double m_squared, double lambda, double phi) {
  const double square = phi * phi;
  const double depth = m_squared < 0 && lambda > 0 ? -m_squared * m_squared / (4 * lambda) : 0;
  return m_squared * square + lambda * square * square - depth;
}

double end_of_range(double m_squared, double lambda) {
  double low = 0, high = 1;
  while (well(m_squared, lambda, high) < cut || high * high < -m_squared / (2 * lambda + 1e-300))
    high *= 2;
  // The outermost solution of well = cut.
  low = m_squared < 0 && lambda > 0 ? std::sqrt(-m_squared / (2 * lambda)) : 0;
  for (int k = 0; k < 60; ++k) {
    const double middle = (low + high) / 2;
    (well(m_squared, lambda, middle) < cut ? low : high) = middle;
  }
  return high;
}

}  // namespace

BondBasis::BondBasis(double m_squared, double lambda, double precision) {
  const double step = end_of_range(m_squared, lambda) / half_points;
  const Eigen::ArrayXd side =
      (Eigen::ArrayXd::LinSpaced(half_points, 0, half_points - 1) + 0.5) * step;
  const Eigen::ArrayXd log_w =
      -(m_squared + 4) * side.square() - lambda * side.square().square() + std::log(step);
  // Even and odd functions apart: in a deep double well their eigenvalues come in equal pairs.
  struct Function {
    double eigenvalue;
    bool is_odd;
    Eigen::VectorXd values;
  };
  std::vector<Function> all;
  const Eigen::ArrayXXd sum =
      log_w.replicate(1, half_points) + log_w.transpose().replicate(half_points, 1);
  const Eigen::ArrayXXd product = 2 * (side.matrix() * side.matrix().transpose()).array();
  const double top = (sum / 2 + product).maxCoeff();
  const Eigen::ArrayXXd near = (sum / 2 + product - top).exp(),
                        far = (sum / 2 - product - top).exp();
  for (const bool is_odd : {false, true}) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(
        (near + (is_odd ? -1.0 : 1.0) * far).matrix());
    for (int k = 0; k < half_points; ++k)
      all.push_back({solver.eigenvalues()(k), is_odd, solver.eigenvectors().col(k)});
  }
  std::sort(all.begin(), all.end(),
            [](const Function& a, const Function& b) { return a.eigenvalue > b.eigenvalue; });
  std::erase_if(all, [limit = precision * all[0].eigenvalue](const Function& f) {
    return f.eigenvalue < limit;
  });

  phi_.resize(2 * half_points);
  phi_ << -side.matrix(), side.matrix();
  function_.resize(2 * half_points, static_cast<Eigen::Index>(all.size()));
  for (std::size_t k = 0; k < all.size(); ++k) {
    // U √b / w^{1/4}, so that the product of four has w once; halves of a normalised function.
    const Eigen::ArrayXd f = all[k].values.array() * (-log_w / 4).exp() *
                             std::sqrt(all[k].eigenvalue / all[0].eigenvalue / 2);
    function_.col(static_cast<Eigen::Index>(k)) << f.matrix() * (all[k].is_odd ? -1.0 : 1.0),
        f.matrix();
    eigenvalue_.push_back(all[k].eigenvalue / all[0].eigenvalue);
    is_odd_.push_back(all[k].is_odd);
  }
  // Four half bonds a site, two bonds: the factors exp(top) and b_0 of each.
  log_scale_ = 2 * (std::log(all[0].eigenvalue) + top);
  const double first = function_.col(0).array().square().square().sum();
  function_ /= std::pow(first, 0.25);
  log_scale_ += std::log(first);
}

Eigen::MatrixXd BondBasis::site(int power) const {
  const Eigen::Index n = function_.cols();
  Eigen::MatrixXd pairs(phi_.size(), n * n);
  for (Eigen::Index l = 0; l < n; ++l)
    for (Eigen::Index k = 0; k < n; ++k)
      pairs.col(k + n * l) = function_.col(k).cwiseProduct(function_.col(l));
  const Eigen::VectorXd factor = phi_.array().pow(power);
  return pairs.transpose() * factor.asDiagonal() * pairs;
}

}  // namespace nmc
