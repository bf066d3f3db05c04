#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "samplers/population/population.hpp"

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

/// Annealing of spins from beta = 0, where they are independent and Z = 2^N. Population annealing:
/// Hukushima and Iba, AIP Conf. Proc. 690, 200 (2003); Machta, Phys. Rev. E 82, 026704 (2010);
/// Wang, Machta and Katzgraber, Phys. Rev. E 92, 063307 (2015). Annealed importance sampling: Neal,
/// Stat. Comput. 11, 125 (2001).
class SpinAnnealing {
 public:
  /// A sampler of spins at one inverse temperature.
  using MakeSampler = std::function<std::unique_ptr<Sampler>(double beta)>;
  /// Target, observables and threads must outlive it. The target's own beta is not used.
  SpinAnnealing(const SpinTarget& target, MakeSampler make, AnnealingOptions options,
                const Threads& threads);

  /// Temperatures from 0 to `last` at which resampling removes the fraction `culling` of a
  /// population, by a pilot of its own random numbers: chosen from the population itself they would
  /// bias Z.
  [[nodiscard]] std::vector<double> pilot_schedule(double last, double culling) const;

  /// Inverse temperatures, ascending from 0, with the samplers at all but the first.
  struct Schedule {
    std::vector<double> betas;
    std::vector<std::unique_ptr<Sampler>> samplers;
  };
  [[nodiscard]] Schedule prepare(std::vector<double> betas) const;

  /// Run `run` >= 1: (temperatures, AnnealingColumns::observables + observables). Runs are
  /// independent.
  [[nodiscard]] Batch run(Index run, const Schedule& schedule,
                          const std::vector<const Observable*>& observables) const;

 private:
  [[nodiscard]] Streams streams(Index run, Index step) const;

  const SpinTarget& target_;
  MakeSampler make_;
  AnnealingOptions options_;
  const Threads& threads_;
};

/// Expected fraction of a population that systematic resampling removes, (1/R) Σ max(0, 1 − τ_i)
/// with τ_i = R w_i / Σ w.
[[nodiscard]] double culled_fraction(const Column& log_weight);

}  // namespace nmc
