#pragma once

#include <array>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// How a pair of places is learned and cut in two again.
struct PairOptions {
  Index chi = 16;        ///< bonds, at most
  double cutoff = 1e-7;  ///< Schmidt values below this times the largest are left out
  Index steps = 1;       ///< conjugate gradients of a pair
};

/// The tensor of two neighbouring places, (left, right) by their spins: the class is 2 s + s', the
/// spins counted from 0, down, to 1, up.
using PairTensor = std::array<Eigen::MatrixXd, 4>;

/// What the data make of the other places: the products of their matrices to the left and right of
/// a pair, each of any length, since E/Ψ does not depend on it.
struct PairClass {
  Eigen::MatrixXd left, right;  ///< (data of the class, bond)
  Column weight;                ///< (data of the class)
};

/// The likelihood of the data as a function of one pair, with all else in canonical form so that
/// Z = |θ|²:
///   f(θ) = ½|θ|² − Σ_c w_c ln |E_c·θ|,  E_c = l_c ⊗ e_s ⊗ e_s' ⊗ r_c,
/// which is half of the mean −ln p, up to a constant, at its best |θ|, and there |θ| = 1. It is
/// convex where no Ψ_c = E_c·θ changes its sign, with second derivatives 1 + Σ_c w_c E_c E_cᵀ/Ψ_c²,
/// near 2 where the model is near the data: conjugate gradients need few steps, and since Ψ_c is
/// linear along a line, the best point on it is found without another pass over the data.
class PairLikelihood {
 public:
  explicit PairLikelihood(std::array<PairClass, 4> data) : data_(std::move(data)) {}

  /// Ψ_c of all data, class after class.
  [[nodiscard]] std::array<Column, 4> products(const PairTensor& theta) const;
  /// At most `steps` conjugate gradients from theta, which ends with |θ| = 1. Every step lowers f.
  void improve(PairTensor& theta, Index steps) const;

 private:
  [[nodiscard]] PairTensor gradient(const PairTensor& theta,
                                    const std::array<Column, 4>& psi) const;
  /// The best point on a line: f'(t) = 0.
  [[nodiscard]] double best_step(const PairTensor& theta, const PairTensor& direction,
                                 const std::array<Column, 4>& psi,
                                 const std::array<Column, 4>& change) const;

  std::array<PairClass, 4> data_;
};

}  // namespace nmc
