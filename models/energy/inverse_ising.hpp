#pragma once

#include "core/optimise/lbfgs.hpp"
#include "models/energy/ising_likelihood.hpp"

namespace nmc {

/// What the couplings are learned by.
enum class IsingMethod {
  pseudo,  ///< the pseudo-likelihood alone: any number of spins
  exact    ///< then the likelihood, with the exact gradient: at most kMostExactUnits spins
};

/// The inverse Ising problem: couplings and fields from configurations, by L-BFGS from 0 on the
/// pseudo-likelihood, then on the likelihood itself. Rows and threads must outlive it.
class InverseIsing {
 public:
  struct Options {
    IsingMethod method = IsingMethod::exact;
    double penalty = 0;  ///< λ of ½ λ |J|², which is added to the mean −ln p of a row
  };
  /// UserError, with the spins named, where a pair or a spin is the same in all rows, whose
  /// coupling or field would be infinite without a penalty.
  InverseIsing(IsingShape shape, const WeightedRows& rows, const Options& options,
               const Threads& threads);

  /// One step of the minimiser; false where nothing is left to gain.
  bool step();
  [[nodiscard]] const IsingShape& shape() const { return shape_; }
  [[nodiscard]] std::span<const double> theta() const { return minimiser_.x(); }
  /// Whether the likelihood is what is minimised by now.
  [[nodiscard]] bool is_exact() const { return is_exact_; }
  /// Standard errors of all numbers from `rows` independent rows: of the likelihood by Fisher's
  /// information, of the pseudo-likelihood by pseudo_covariance(). Without the penalty.
  [[nodiscard]] Eigen::VectorXd errors(double rows) const;

  [[nodiscard]] std::vector<double> state() const;
  void set_state(std::span<const double> state);

 private:
  [[nodiscard]] double loss(std::span<const double> theta, std::span<double> grad) const;
  void require_finite() const;

  IsingShape shape_;
  const WeightedRows& rows_;
  Options options_;
  const Threads& threads_;
  Eigen::VectorXd means_;
  Lbfgs minimiser_;
  bool is_exact_ = false;
};

}  // namespace nmc
