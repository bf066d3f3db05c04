#pragma once

#include <functional>
#include <vector>

#include "samplers/population/annealing_run.hpp"
#include "samplers/population/population.hpp"

namespace nmc {

/// What a run of an annealing carries from one step to the next.
struct WeightedWalk {
  std::vector<Index> family;  ///< of every row: the row that its ancestor was at the first step
  Column log_weight;          ///< of importance annealing, zero else
  double lnZ = 0;
};

/// Every row a family of its own, all of the same weight.
[[nodiscard]] WeightedWalk first_walk(Index rows, double lnZ_of_start);

/// Weights of a step that are kept: Z is that of their mean.
void weigh(const Column& log_step, WeightedWalk& walk);

/// Makes copies[i] copies of row i and says which row every row is a copy of.
using CopyRows = std::function<std::vector<Index>(const std::vector<Index>& copies)>;
/// Weights of a step by which the population is resampled: Z is multiplied by their mean. Returns
/// the fraction that was removed.
double resample(const Column& log_step, double u, const CopyRows& copy, WeightedWalk& walk);

/// A row of AnnealingColumns, all but `culled`, of the energy of every configuration, (rows), and
/// of observables, (rows, observables).
void record(const WeightedWalk& walk, const Column& energy, const Batch& observables,
            Batch::RowXpr row);

/// ln of the mean of e^x.
[[nodiscard]] double log_mean_exp(const Column& x);

/// One number for the whole population, no configuration's own.
[[nodiscard]] double shared_uniform(Streams streams);

/// Expected fraction of a population that systematic resampling removes, (1/R) Σ max(0, 1 − τ_i)
/// with τ_i = R w_i / Σ w.
[[nodiscard]] double culled_fraction(const Column& log_weight);

/// The step, at most `most`, at which resampling by e^{step · rise} removes the fraction `culling`
/// of a population.
struct CulledStep {
  const Column& rise;
  double most, culling;
  [[nodiscard]] double length() const;
};

}  // namespace nmc
