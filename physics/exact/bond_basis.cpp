#include "physics/exact/bond_basis.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/linear/factors.hpp"

namespace nmc {

namespace {

/// Points of the trapezoid rule on one side of 0; its error falls faster than any power for
/// functions that are analytic and vanish at the ends.
constexpr int half_points = 128;
/// Of which the trapezoid rule of e^{-(phi - phi')^2} errs by e^{-pi^2/step^2}, 1e-12.
constexpr double coarsest_step = 0.6;
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

/// An eigenfunction on the positive points.
struct Function {
  double eigenvalue;
  bool is_odd;
  Eigen::VectorXd values;
};

/// Of √w e^{2φφ' − top} √w', descending. Even and odd functions apart: in a deep double well their
/// eigenvalues come in equal pairs.
std::vector<Function> eigenfunctions(const Eigen::ArrayXd& side, const Eigen::ArrayXd& log_w,
                                     double& top) {
  const Eigen::ArrayXXd product = 2 * (side.matrix() * side.matrix().transpose()).array();
  const Eigen::ArrayXXd sites =
      log_w.replicate(1, half_points) / 2 + log_w.transpose().replicate(half_points, 1) / 2;
  top = (sites + product).maxCoeff();
  const Eigen::ArrayXXd same_side = (sites + product - top).exp();
  const Eigen::ArrayXXd across = (sites - product - top).exp();
  std::vector<Function> all;
  for (const bool is_odd : {false, true}) {
    const linear::Eigenpairs pairs =
        linear::symmetric_eigenpairs((same_side + (is_odd ? -1.0 : 1.0) * across).matrix());
    for (int k = 0; k < half_points; ++k)
      all.push_back({pairs.values(k), is_odd, pairs.vectors.col(k)});
  }
  std::sort(all.begin(), all.end(),
            [](const Function& a, const Function& b) { return a.eigenvalue > b.eigenvalue; });
  return all;
}

}  // namespace

BondBasis::BondBasis(double m_squared, double lambda, double precision) {
  const double step = end_of_range(m_squared, lambda) / half_points;
  is_fine_ = step <= coarsest_step;
  const Eigen::ArrayXd side =
      (Eigen::ArrayXd::LinSpaced(half_points, 0, half_points - 1) + 0.5) * step;
  const Eigen::ArrayXd log_w =
      -(m_squared + 4) * side.square() - lambda * side.square().square() + std::log(step);
  double top = 0;
  const std::vector<Function> all = eigenfunctions(side, log_w, top);
  const double first = all[0].eigenvalue;
  for (const Function& f : all) {
    if (f.eigenvalue < precision * first) break;
    eigenvalue_.push_back(f.eigenvalue / first);
    is_odd_.push_back(f.is_odd);
  }
  phi_.resize(2 * half_points);
  phi_ << -side.matrix(), side.matrix();
  function_.resize(2 * half_points, size());
  for (int k = 0; k < size(); ++k) {
    // U √b / w^{1/4}, so that the product of four has w once; halves of a normalised function.
    const Eigen::ArrayXd f =
        all[k].values.array() * (-log_w / 4).exp() * std::sqrt(eigenvalue_[k] / 2);
    function_.col(k) << f.matrix() * (is_odd_[k] ? -1.0 : 1.0), f.matrix();
  }
  // A site has two bonds with the factor b_0 e^top each; its own first element becomes 1.
  const double element = function_.col(0).array().square().square().sum();
  function_ /= std::pow(element, 0.25);
  log_scale_ = 2 * (std::log(first) + top) + std::log(element);
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
