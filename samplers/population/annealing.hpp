#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "samplers/population/annealing_run.hpp"
#include "samplers/population/population.hpp"

namespace nmc {

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

}  // namespace nmc
