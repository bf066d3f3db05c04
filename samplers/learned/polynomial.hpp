#pragma once

#include <span>
#include <vector>

#include "core/interfaces.hpp"

namespace nmc {

/// A product of one to four sites, with repetition: x_a, x_a x_b, ….
using Monomial = std::vector<Index>;
/// Monomials that share one coefficient.
using MonomialClasses = std::vector<std::vector<Monomial>>;

/// All monomials up to the fourth power, each with a coefficient of its own.
[[nodiscard]] MonomialClasses complete_quartic(Index sites);
/// x_i … x_i⁴ of every site and x_i x_j of every pair, each with a coefficient of its own.
[[nodiscard]] MonomialClasses pair_quartic(Index sites);
/// The same on a torus, with one coefficient for all translations of a monomial; pairs are at most
/// `range` sites apart along every axis.
[[nodiscard]] MonomialClasses torus_quartic(const std::vector<Index>& extents, Index range);

/// ln p_s(x) = Σ_n c_n Σ_{monomials m of class n} m(x), a density that stands in for another one.
/// Its Z may be infinite: nobody draws from it, trajectories along its gradient are what it is for.
class Polynomial final : public Target {
 public:
  /// All c_n are 0. UserError where a monomial has no or more than four factors.
  Polynomial(Index sites, MonomialClasses classes);

  [[nodiscard]] Index sites() const override { return sites_; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override;
  Column log_density_grad(const Batch& x, Batch& grad) const override;

  /// Σ m(x) of every class, (chains, classes).
  [[nodiscard]] Batch sums(const Batch& x) const;
  [[nodiscard]] Index size() const { return std::ssize(coefficients_); }
  [[nodiscard]] const std::vector<double>& coefficients() const { return coefficients_; }
  void set_coefficients(std::span<const double> c);

 private:
  Index sites_;
  MonomialClasses classes_;
  std::vector<double> coefficients_;
};

/// Least squares of ln p ≈ c_0 + Σ_n c_n s_n over configurations with the sums s_n of a Polynomial.
class PolynomialFit {
 public:
  explicit PolynomialFit(Index classes);
  /// sums (rows, classes), log_p (rows).
  void add(const Batch& sums, const Column& log_p);
  /// c_1, c_2, …. UserError where there are fewer than least_rows() rows.
  [[nodiscard]] std::vector<double> coefficients() const;
  /// Root mean square of what these leave of ln p.
  [[nodiscard]] double misfit(std::span<const double> coefficients) const;
  [[nodiscard]] Index least_rows() const;
  /// UserError where `rows` are too few.
  void check_rows(Index rows) const;
  /// Sums so far, and the way back.
  [[nodiscard]] std::vector<double> numbers() const;
  void set_numbers(std::span<const double> numbers);
  [[nodiscard]] std::size_t size() const;

 private:
  Index rows_ = 0;
  /// Of the first rows: what everything is measured from, so that little is lost to rounding.
  Eigen::VectorXd origin_;
  Eigen::MatrixXd products_;  ///< of (1, s_1, s_2, …, ln p) less the origin with itself, summed
};

}  // namespace nmc
