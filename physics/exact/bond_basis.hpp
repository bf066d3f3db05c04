#pragma once

#include <Eigen/Core>
#include <array>
#include <vector>

namespace nmc {

/// The bond factor of φ⁴ between neighbours with the single-site weights w = e^{−(m²+4)φ² − λφ⁴}
/// shared out, √w e^{2φφ'} √w', in its eigenfunctions: e^{2φφ'} = Σ_k b_k u_k(φ) u_k(φ').
class BondBasis {
 public:
  /// Functions whose b_k is above `precision` of the largest.
  BondBasis(double m_squared, double lambda, double precision);

  [[nodiscard]] int size() const { return static_cast<int>(eigenvalue_.size()); }
  /// Whether the points of the quadrature lie close enough for functions of a bond.
  [[nodiscard]] bool is_fine() const { return is_fine_; }
  /// b_k / b_0, descending.
  [[nodiscard]] double eigenvalue(int k) const { return eigenvalue_[k]; }
  [[nodiscard]] bool is_odd(int k) const { return is_odd_[k]; }

  /// A site with four bonds, ∫dφ w φ^p Π_4 √b u(φ), as a matrix by pairs of functions
  /// (k + size() l, a + size() c), divided by exp(log_scale()).
  [[nodiscard]] Eigen::MatrixXd site(int power) const;
  [[nodiscard]] double log_scale() const { return log_scale_; }

 private:
  std::vector<double> eigenvalue_;
  std::vector<bool> is_odd_;
  Eigen::VectorXd phi_;       ///< points of the quadrature
  Eigen::MatrixXd function_;  ///< √b_k u_k w^{1/4} times the quadrature's weight, (points, size)
  double log_scale_ = 0;
  bool is_fine_ = true;
};

}  // namespace nmc
