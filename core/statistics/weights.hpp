#pragma once

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// Importance weights w = π̃/q of n independent draws from q.
struct WeightSummary {
  Index draws = 0;
  double ess_fraction = not_a_number;     ///< (Σw)² / (n Σw²), 1/n … 1
  double w_max_over_mean = not_a_number;  ///< 1 … n
  double log_mean = not_a_number;         ///< ln ⟨w⟩: importance estimate of ln Z
  double log_mean_error = not_a_number;   ///< relative standard error of ⟨w⟩
  double mean_log = not_a_number;         ///< ⟨ln w⟩ ≤ ln Z: minus the reverse-KL loss
  double mean_log_error = not_a_number;
};

/// ln w, (n). A weight of 0 (ln w = -∞) is allowed; NaN and +∞ throw NumericalError with the number
/// of the draw. Errors are NaN for one draw, all is NaN for none and where all weights are 0.
[[nodiscard]] WeightSummary summarise_weights(const Eigen::Ref<const Column>& log_w);

/// What draws of q say of a Boltzmann density e^{-βE}/Z, with standard errors: the self-normalised
/// ⟨E⟩ = Σ w E / Σ w, F = -lnZ/β and S = lnZ + β⟨E⟩. Errors to first order in 1/sqrt(n).
struct ImportanceEnergy {
  double energy = not_a_number;
  double energy_error = not_a_number;
  double free_energy = not_a_number;  ///< NaN at β = 0
  double free_energy_error = not_a_number;
  double entropy = not_a_number;
  double entropy_error = not_a_number;
};
/// ln w and E of the same draws, (n).
[[nodiscard]] ImportanceEnergy importance_energy(const Eigen::Ref<const Column>& log_w,
                                                 const Eigen::Ref<const Column>& energy,
                                                 double beta);

/// Longest run of rejections within one chain; accepted is 1 where the proposal was taken, (draws,
/// chains).
[[nodiscard]] Index longest_rejection_run(const ChainsRef& accepted);

}  // namespace nmc::statistics
