#include "samplers/learned/polynomial.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/linear/factors.hpp"

namespace nmc {
namespace {

constexpr Index kPointsPerProduct = 10;

Column product_of(const Batch& x, const Monomial& factors) {
  Column product = x.col(factors.front());
  for (std::size_t k = 1; k < factors.size(); ++k) product *= x.col(factors[k]);
  return product;
}

/// grad += c ∂m/∂x; returns m(x).
Column add_gradient(const Batch& x, const Monomial& m, double c, Batch& grad) {
  if (m.size() == 1) {
    grad.col(m[0]) += c;
    return x.col(m[0]);
  }
  if (m.front() == m.back()) {  // a power, since factors do not descend
    Column lower = x.col(m[0]);
    for (std::size_t k = 2; k < m.size(); ++k) lower *= x.col(m[0]);
    grad.col(m[0]) += (c * static_cast<double>(m.size())) * lower;
    return lower * x.col(m[0]);
  }
  if (m.size() == 2) {
    grad.col(m[0]) += c * x.col(m[1]);
    grad.col(m[1]) += c * x.col(m[0]);
    return x.col(m[0]) * x.col(m[1]);
  }
  for (std::size_t k = 0; k < m.size(); ++k) {
    Monomial others = m;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(k));
    grad.col(m[k]) += c * product_of(x, others);
  }
  return product_of(x, m);
}

}  // namespace

Polynomial::Polynomial(Index sites, MonomialClasses classes)
    : sites_(sites), classes_(std::move(classes)), coefficients_(classes_.size(), 0.0) {
  for (std::vector<Monomial>& monomials : classes_)
    for (Monomial& m : monomials) {
      require(!m.empty() && m.size() <= 4, "a monomial has one to four factors");
      std::ranges::sort(m);
    }
}

Column Polynomial::log_density(const Batch& x) const {
  Column log_p = Column::Zero(x.rows());
  for (std::size_t n = 0; n < classes_.size(); ++n) {
    if (coefficients_[n] == 0) continue;
    Column sum = Column::Zero(x.rows());
    for (const Monomial& m : classes_[n]) sum += product_of(x, m);
    log_p += coefficients_[n] * sum;
  }
  return log_p;
}

Column Polynomial::log_density_grad(const Batch& x, Batch& grad) const {
  grad = Batch::Zero(x.rows(), sites_);
  Column log_p = Column::Zero(x.rows());
  for (std::size_t n = 0; n < classes_.size(); ++n) {
    if (coefficients_[n] == 0) continue;
    Column sum = Column::Zero(x.rows());
    for (const Monomial& m : classes_[n]) sum += add_gradient(x, m, coefficients_[n], grad);
    log_p += coefficients_[n] * sum;
  }
  return log_p;
}

Batch Polynomial::sums(const Batch& x) const {
  Batch sums = Batch::Zero(x.rows(), size());
  for (std::size_t n = 0; n < classes_.size(); ++n)
    for (const Monomial& m : classes_[n]) sums.col(static_cast<Index>(n)) += product_of(x, m);
  return sums;
}

void Polynomial::set_coefficients(std::span<const double> c) {
  require(std::ssize(c) == size(), "these are the coefficients of another surrogate");
  std::ranges::copy(c, coefficients_.begin());
}

PolynomialFit::PolynomialFit(Index classes)
    : origin_(Eigen::VectorXd::Zero(classes + 2)),
      products_(Eigen::MatrixXd::Zero(classes + 2, classes + 2)) {}

void PolynomialFit::add(const Batch& sums, const Column& log_p) {
  Eigen::MatrixXd row(sums.rows(), products_.cols());
  row.col(0).setOnes();
  row.middleCols(1, sums.cols()) = sums.matrix();
  row.rightCols(1) = log_p.matrix();
  if (rows_ == 0) {
    origin_ = row.colwise().mean().transpose();
    origin_(0) = 0;
  }
  row.rowwise() -= origin_.transpose();
  products_ += row.transpose() * row;
  rows_ += sums.rows();
}

Index PolynomialFit::least_rows() const {
  return kPointsPerProduct * (products_.cols() - 1);
}

void PolynomialFit::check_rows(Index rows) const {
  require(rows >= least_rows(),
          std::to_string(rows) + " configurations for a surrogate of " +
              std::to_string(products_.cols() - 1) +
              " numbers, which a quarter of the warm-up gives: too few to fit it, at least " +
              std::to_string(least_rows()) +
              " are needed; raise run.warmup or chains, or take fewer couplings");
}

std::vector<double> PolynomialFit::coefficients() const {
  check_rows(rows_);
  const Index unknown = products_.cols() - 1;
  // Columns of length 1: powers of x differ by orders of magnitude.
  Eigen::VectorXd scale = products_.diagonal().head(unknown).cwiseSqrt();
  scale = (scale.array() > 0).select(scale.cwiseInverse(), 1.0);
  const Eigen::MatrixXd scaled =
      scale.asDiagonal() * products_.topLeftCorner(unknown, unknown) * scale.asDiagonal();
  // Of sums that are not independent, as on small lattices, the shortest solution.
  const Eigen::VectorXd solution =
      scale.asDiagonal() *
      linear::shortest_solution(scaled, scale.asDiagonal() * products_.col(unknown).head(unknown));
  return {solution.data() + 1, solution.data() + unknown};
}

double PolynomialFit::misfit(std::span<const double> coefficients) const {
  if (rows_ == 0) return 0;
  Eigen::VectorXd weights(products_.cols());
  weights << 0, Eigen::Map<const Eigen::VectorXd>(coefficients.data(), std::ssize(coefficients)),
      -1;
  // The best constant: that of the mean.
  weights(0) = -products_.row(0).dot(weights) / products_(0, 0);
  const double squares = weights.dot(products_ * weights);
  return std::sqrt(std::max(squares, 0.0) / static_cast<double>(rows_));
}

std::vector<double> PolynomialFit::numbers() const {
  std::vector<double> all{static_cast<double>(rows_)};
  all.insert(all.end(), origin_.data(), origin_.data() + origin_.size());
  all.insert(all.end(), products_.data(), products_.data() + products_.size());
  return all;
}

std::size_t PolynomialFit::size() const {
  return static_cast<std::size_t>(1 + origin_.size() + products_.size());
}

void PolynomialFit::set_numbers(std::span<const double> numbers) {
  require(numbers.size() == size(), "the sums of a fit are those of another surrogate");
  rows_ = static_cast<Index>(numbers[0]);
  origin_ = Eigen::Map<const Eigen::VectorXd>(numbers.data() + 1, origin_.size());
  products_ = Eigen::Map<const Eigen::MatrixXd>(numbers.data() + 1 + origin_.size(),
                                                products_.rows(), products_.cols());
}

}  // namespace nmc
