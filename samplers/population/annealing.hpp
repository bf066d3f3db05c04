#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/roles/spin_energies.hpp"
#include "core/roles/spin_target.hpp"
#include "samplers/population/annealing_run.hpp"
#include "samplers/population/population.hpp"

namespace nmc {

/// What is annealed: spins or labels that are independent at beta = 0.
struct Annealed {
  PopulationEnergy energy;  ///< H
  double log_states = 0;    ///< ln Z at beta = 0: N ln 2 of spins
};
/// The target must outlive it; its own beta is not used.
[[nodiscard]] Annealed annealed(const SpinTarget& target);
/// Of spins or labels known by their energies, whose samplers keep them as numbers.
[[nodiscard]] Annealed annealed(const SpinEnergies& target);
[[nodiscard]] Annealed annealed(const LabelTarget& target);

/// Annealing from beta = 0, where variables are independent and Z is known. Population annealing:
/// Hukushima and Iba, AIP Conf. Proc. 690, 200 (2003); Machta, Phys. Rev. E 82, 026704 (2010);
/// Wang, Machta and Katzgraber, Phys. Rev. E 92, 063307 (2015). Annealed importance sampling: Neal,
/// Stat. Comput. 11, 125 (2001).
class Annealing {
 public:
  /// A sampler at one inverse temperature.
  using MakeSampler = std::function<std::unique_ptr<Sampler>(double beta)>;
  /// Observables and threads must outlive it.
  Annealing(Annealed target, MakeSampler make, AnnealingOptions options, const Threads& threads);

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

  Annealed target_;
  MakeSampler make_;
  AnnealingOptions options_;
  const Threads& threads_;
};

}  // namespace nmc
