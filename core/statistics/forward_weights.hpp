#pragma once

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// What configurations x ~ p say of a density q by w = p̃/q, where fresh draws of q cannot: they see
/// what q never draws.
struct ForwardWeights {
  Index draws = 0;
  /// Z / ⟨w⟩_p, the fraction that (Σw)²/(nΣw²) of draws of q estimates too: ⟨w²⟩_q = Z ⟨w⟩_p.
  double ess_fraction = not_a_number;
  double pareto_k = not_a_number;        ///< shape of the weights' tail under q, seen from p
  double mean_log = not_a_number;        ///< ⟨ln w⟩_p ≥ ln Z
  double mean_log_error = not_a_number;  ///< from the chains, which are independent
  double unseen = not_a_number;          ///< share of p with a weight beyond all of the draws of q
};

/// ln w of draws of p, (draws, chains), and of n independent draws of q, (n). Z is that of
/// bridge_log_z(); all is NaN where either has no draws.
[[nodiscard]] ForwardWeights summarise_forward(const ChainsRef& of_p,
                                               const Eigen::Ref<const Column>& of_q);

/// ln Z from draws of both by the best bridge (Meng and Wong, Statistica Sinica 6, 831 (1996), eq.
/// 4.1): right where either misses a part of the other, as long as they overlap.
[[nodiscard]] double bridge_log_z(const Eigen::Ref<const Column>& of_p,
                                  const Eigen::Ref<const Column>& of_q);

}  // namespace nmc::statistics
