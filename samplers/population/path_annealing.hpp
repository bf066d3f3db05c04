#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/interfaces.hpp"
#include "core/parallel/threads.hpp"
#include "samplers/population/annealing_run.hpp"
#include "samplers/population/path_density.hpp"

namespace nmc {

/// Annealing of any configurations from draws of a model, whose Z is 1, to a target along
/// ln p_λ = (1 − λ) ln q + λ ln p, with kernels that leave p_λ invariant in between. Weights are
/// e^{Δλ (ln p − ln q)}, the work of Jarzynski, Phys. Rev. Lett. 78, 2690 (1997); their mean is Z
/// of the target without bias, whatever the model and the kernels are: annealed importance
/// sampling (Neal, Stat. Comput. 11, 125 (2001)), or with resampling a sequential Monte Carlo
/// sampler (Del Moral, Doucet and Jasra, J. R. Stat. Soc. B 68, 411 (2006)).
class PathAnnealing {
 public:
  struct Ends {
    const Model& start;          ///< drawn from
    const Target& start_target;  ///< ln q of it, with the gradient that the kernels ask for
    const Target& end;
  };
  /// A kernel that leaves a density of the path invariant.
  using MakeSampler = std::function<std::unique_ptr<Sampler>(const PathDensity& at)>;
  /// The ends and the threads must outlive it.
  PathAnnealing(const Ends& ends, MakeSampler make, AnnealingOptions options,
                const Threads& threads);

  /// The densities of a path with a kernel for each, all but the first.
  struct Schedule {
    std::vector<double> lambdas;  ///< ascending from 0 to 1
    struct Step {
      std::unique_ptr<const PathDensity> density;
      std::unique_ptr<Sampler> sampler;  ///< tuned and frozen
    };
    std::vector<Step> steps;
  };
  /// A pilot of its own random numbers tunes the kernels and, where `lambdas` is empty, chooses the
  /// steps so that resampling removes the fraction `culling`: chosen by the population that is
  /// weighed, either would bias Z.
  [[nodiscard]] Schedule pilot(const std::vector<double>& lambdas, double culling) const;

  /// As Annealing::run(), with −ln p as the energy. NumericalError where no configuration has a
  /// weight.
  [[nodiscard]] Batch run(Index run, const Schedule& schedule,
                          const std::vector<const Observable*>& observables) const;

 private:
  [[nodiscard]] Streams streams(Index run, Index step) const;
  [[nodiscard]] Schedule::Step make_step(double lambda) const;

  Ends ends_;
  MakeSampler make_;
  AnnealingOptions options_;
  const Threads& threads_;
};

}  // namespace nmc
