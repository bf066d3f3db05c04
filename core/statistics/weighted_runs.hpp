#pragma once

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// Independent runs that each estimate Z without bias, and means under it: ln Z_r (runs) and the
/// run's means (runs, observables).
struct EstimatedRuns {
  Column lnZ;
  Batch means;
};

/// Runs are averaged with weights Z_r, which makes the mean that of one run of their joint size
/// (Machta, Phys. Rev. E 82, 026704 (2010), eq. 9): lnZ = ln (1/n) Σ Z_r, ⟨O⟩ = Σ Z_r O_r / Σ Z_r.
/// Errors are from the delete-one jackknife over the runs; NaN for a single run.
struct CombinedRuns {
  double lnZ = not_a_number;
  double lnZ_error = not_a_number;
  Column means, errors;                ///< (observables)
  double lnZ_variance = not_a_number;  ///< of ln Z_r over the runs
};
[[nodiscard]] CombinedRuns combine_runs(const EstimatedRuns& runs);

}  // namespace nmc::statistics
