#pragma once

#include <Eigen/Core>
#include <span>
#include <utility>
#include <vector>

#include "core/parallel/threads.hpp"
#include "models/energy/likelihood.hpp"

namespace nmc {

/// A Boltzmann machine with visible units alone: spins ±1 with
///   ln p̃(s) = Σ_pairs J_ij s_i s_j + Σ_i h_i s_i,
/// of any pairs. Its numbers θ are J in the order of the pairs, then h; β is part of them. ln p̃ is
/// θ·f(s) with f the products of the pairs and the spins themselves.
struct IsingShape {
  Index sites = 0;
  std::vector<std::pair<Index, Index>> pairs{};
  bool has_fields = true;

  [[nodiscard]] Index parameters() const {
    return std::ssize(pairs) + (has_fields ? sites : Index{0});
  }
};
/// All pairs of so many spins.
[[nodiscard]] std::vector<std::pair<Index, Index>> all_pairs(Index sites);

/// f(s), (rows, parameters).
[[nodiscard]] Eigen::MatrixXd sufficient_statistics(const IsingShape& shape, const Batch& s);

/// ln Z and ⟨f⟩ by the sum over all states, at most 2^kMostExactUnits of them, in blocks that each
/// are two products of matrices. The same bits for any number of threads.
struct IsingMoments {
  double log_z = 0;
  Eigen::VectorXd means;  ///< (parameters)
};
[[nodiscard]] IsingMoments exact_moments(const IsingShape& shape, std::span<const double> theta,
                                         const Threads& threads = Threads{});
/// cov f, which is Fisher's information of one row, by the same sum.
[[nodiscard]] Eigen::MatrixXd fisher_information(const IsingShape& shape,
                                                 std::span<const double> theta,
                                                 const Threads& threads = Threads{});

/// Mean −ln p of rows with these ⟨f⟩, ln Z − θ·⟨f⟩, with its gradient, ⟨f⟩ of the machine less that
/// of the rows. Convex.
struct IsingNll {
  double value = 0;
  Eigen::VectorXd grad;  ///< (parameters)
};
[[nodiscard]] IsingNll ising_nll(const IsingShape& shape, std::span<const double> theta,
                                 const Eigen::VectorXd& means, const Threads& threads = Threads{});

/// Mean over the rows of −Σ_i ln p(s_i | all others) (Besag 1975; Ravikumar, Wainwright and
/// Lafferty, Ann. Statist. 38, 1287 (2010)), with x_i = h_i + Σ_j J_ij s_j: Σ_i ln(1 + e^{−2 s_i
/// x_i}). Its gradient to grad (parameters). Convex; its minimum is the truth as the rows become
/// many, without any Z.
[[nodiscard]] double ising_pseudo_nll(const IsingShape& shape, std::span<const double> theta,
                                      const WeightedRows& rows, std::span<double> grad);

/// Covariance of the minimum of the pseudo-likelihood for one row, H^{-1} V H^{-1}: H is the
/// Hessian, V the covariance of the gradients of single rows (Huber 1967).
[[nodiscard]] Eigen::MatrixXd pseudo_covariance(const IsingShape& shape,
                                                std::span<const double> theta,
                                                const WeightedRows& rows);

}  // namespace nmc
