#pragma once

#include <cstdint>

#include "core/batch.hpp"

namespace nmc {

enum class AnnealingMethod {
  population,  ///< population annealing: resampled at every temperature
  importance,  ///< annealed importance sampling: weights are kept, nothing is resampled
};

struct AnnealingOptions {
  AnnealingMethod method = AnnealingMethod::population;
  Index population = 1000;  ///< configurations of one run
  Index sweeps = 10;        ///< steps of the sampler at every temperature
  std::uint64_t seed = 1;
};

/// UserError where they make no population.
void check_annealing(const AnnealingOptions& options);

/// Numbers of one run at every inverse temperature, (temperatures, columns): the columns below,
/// then the weighted means of the observables.
struct AnnealingColumns {
  enum Column : Index {
    lnZ,              ///< ln of this run's unbiased estimate of Z
    log_mean_square,  ///< ln ⟨w²⟩ of the weights of importance annealing; 2 lnZ else
    culled,           ///< fraction of the configurations that resampling removed
    family_entropy,  ///< −Σ n ln n over the fractions n of the families (descendants of one start)
    rho_t,           ///< rows Σ n², the mean square family size; 1: all starts have survived
    lowest_energy,    ///< of the population
    lowest_fraction,  ///< weight of the configurations that have it
    observables       ///< the first of them
  };
};

}  // namespace nmc
