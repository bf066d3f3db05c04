#pragma once

#include "core/roles/model.hpp"
#include "models/born_machines/canonical.hpp"

namespace nmc {

/// Sums of Ψ² over the spins that are not given: of what lies to the right of a place a chain keeps
/// the matrix R = Σ C(s) … (C(s) …)ᵀ, which is 1 where nothing is given there. A chain costs
/// sites · D³.
class Marginals {
 public:
  /// `spec` must outlive it.
  Marginals(const MpsSpec& spec, RightCanonical state) : spec_(spec), state_(std::move(state)) {}

  /// As BornState says.
  [[nodiscard]] Column log_marginal(const Batch& s) const;
  [[nodiscard]] Draw fill(const Batch& s, const Streams& streams) const;

 private:
  /// R on the bond left of every place and right of the last, over its trace, and ln of Σ Ψ² / Z.
  struct Sums {
    std::vector<Eigen::MatrixXd> right;
    double log_total = 0;
  };
  /// Of one configuration, (1, sites).
  [[nodiscard]] Sums sum_from_right(const Batch& s, Index chain) const;
  /// Draws what is 0 in a row of s with its uniforms; returns ln p of what was drawn.
  double fill_row(const Sums& sums, const Eigen::Ref<const Eigen::ArrayXXd>& u, Index chain,
                  Batch& s) const;

  const MpsSpec& spec_;
  RightCanonical state_;
};

}  // namespace nmc
