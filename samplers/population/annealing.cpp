#include "samplers/population/annealing.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "samplers/population/weighted_walk.hpp"

namespace nmc {
namespace {

using C = AnnealingColumns;

Batch measured(const Population& population, const std::vector<const Observable*>& observables) {
  Batch values(population.rows(), std::ssize(observables));
  for (std::size_t i = 0; i < observables.size(); ++i)
    values.col(static_cast<Index>(i)) = population.measure(*observables[i]);
  return values;
}

}  // namespace

Annealed annealed(const SpinTarget& target) {
  return {[&target](const ChainState& state) { return target.energy(state.spins); },
          static_cast<double>(target.sites()) * std::numbers::ln2};
}

Annealed annealed(const SpinEnergies& target) {
  return {[&target](const ChainState& state) { return target.energy(state.x); },
          static_cast<double>(target.sites()) * std::numbers::ln2};
}

Annealed annealed(const LabelTarget& target) {
  return {[&target](const ChainState& state) { return target.energy(state.x); },
          static_cast<double>(target.sites()) * std::log(static_cast<double>(target.states()))};
}

Annealing::Annealing(Annealed target, MakeSampler make, AnnealingOptions options,
                     const Threads& threads)
    : target_(std::move(target)), make_(std::move(make)), options_(options), threads_(threads) {
  require(options.population >= 2, "a population needs at least two configurations");
  require(options.sweeps >= 1, "sweeps must be at least 1");
}

Streams Annealing::streams(Index run, Index step) const {
  return {options_.seed,
          (static_cast<std::uint64_t>(run) << 32U) + static_cast<std::uint64_t>(step), 0,
          Purpose::init};
}

std::vector<double> Annealing::pilot_schedule(double last, double culling) const {
  constexpr Index kMostPilot = 2048;
  const Index rows = std::min(options_.population, kMostPilot);
  Population population(target_.energy, *make_(last), streams(0, 0), {rows, threads_});
  std::vector<double> betas{0};
  for (Index step = 1; betas.back() < last; ++step) {
    const Column fall = -population.energy();
    const double left = last - betas.back();
    const double rise = CulledStep{fall, left, culling}.length();
    betas.push_back(rise == left ? last : betas.back() + rise);
    const double made = betas.back() - betas[betas.size() - 2];
    (void)population.resample(systematic_copies(made * fall, shared_uniform(streams(0, step))));
    population.walk(*make_(betas.back()), streams(0, step * options_.sweeps), options_.sweeps);
  }
  return betas;
}

Annealing::Schedule Annealing::prepare(std::vector<double> betas) const {
  require(betas.size() >= 2 && betas.front() == 0 && std::ranges::is_sorted(betas),
          "annealing leads through at least one temperature, from beta = 0 upwards");
  Schedule schedule{std::move(betas), {}};
  for (const double beta : schedule.betas)
    if (beta > 0) schedule.samplers.push_back(make_(beta));
  return schedule;
}

Batch Annealing::run(Index run, const Schedule& schedule,
                     const std::vector<const Observable*>& observables) const {
  const Index rows = options_.population;
  const std::vector<double>& betas = schedule.betas;
  Population population(target_.energy, *schedule.samplers.back(), streams(run, 0),
                        {rows, threads_});
  WeightedWalk walk = first_walk(rows, target_.log_states);
  Batch table = Batch::Zero(std::ssize(betas), C::observables + std::ssize(observables));
  record(walk, population.energy(), measured(population, observables), table.row(0));
  const CopyRows copy = [&](const auto& copies) { return population.resample(copies); };
  for (Index step = 1; step < std::ssize(betas); ++step) {
    const double beta = betas[static_cast<std::size_t>(step)];
    const Column log_step =
        -(beta - betas[static_cast<std::size_t>(step) - 1]) * population.energy();
    if (options_.method == AnnealingMethod::importance)
      weigh(log_step, walk);
    else
      table(step, C::culled) = resample(log_step, shared_uniform(streams(run, step)), copy, walk);
    population.walk(*schedule.samplers[static_cast<std::size_t>(step) - 1],
                    streams(run, step * options_.sweeps), options_.sweeps);
    record(walk, population.energy(), measured(population, observables), table.row(step));
  }
  return table;
}

}  // namespace nmc
