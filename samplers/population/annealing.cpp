#include "samplers/population/annealing.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace nmc {
namespace {

using C = AnnealingColumns;

double log_mean_exp(const Column& x) {
  const double largest = x.maxCoeff();
  double sum = 0;
  for (Index i = 0; i < x.size(); ++i) sum += std::exp(x(i) - largest);
  return largest + std::log(sum / static_cast<double>(x.size()));
}

/// What a run carries from one temperature to the next.
struct Walk {
  std::vector<Index> family;  ///< of every row: the row that its ancestor was at beta = 0
  Column log_weight;          ///< of importance annealing, zero else
  double lnZ = 0;
};

void record_families(const Walk& walk, Batch::RowXpr row) {
  std::vector<Index> sizes(walk.family.size(), 0);
  for (const Index family : walk.family) ++sizes[static_cast<std::size_t>(family)];
  const auto rows = static_cast<double>(walk.family.size());
  double entropy = 0, squares = 0;
  for (const Index size : sizes) {
    if (size == 0) continue;
    const double n = static_cast<double>(size) / rows;
    entropy -= n * std::log(n);
    squares += n * n;
  }
  row(C::family_entropy) = entropy;
  row(C::rho_t) = rows * squares;
}

void record(const Walk& walk, const Population& population,
            const std::vector<const Observable*>& observables, Batch::RowXpr row) {
  const Column weight = (walk.log_weight - walk.log_weight.maxCoeff()).exp();
  double total = 0;
  for (Index i = 0; i < weight.size(); ++i) total += weight(i);
  const auto mean = [&](const Column& values) {
    double sum = 0;
    for (Index i = 0; i < values.size(); ++i) sum += weight(i) * values(i);
    return sum / total;
  };
  const Column energy = population.energy();
  row(C::lowest_energy) = energy.minCoeff();
  // Sums of couplings in another order differ by rounding.
  const double rounding = 1e-9 * (1 + std::abs(energy.minCoeff()));
  row(C::lowest_fraction) = mean((energy <= energy.minCoeff() + rounding).cast<double>());
  for (std::size_t i = 0; i < observables.size(); ++i)
    row(C::observables + static_cast<Index>(i)) = mean(population.measure(*observables[i]));
  row(C::lnZ) = walk.lnZ;
  row(C::log_mean_square) =
      2 * walk.lnZ + log_mean_exp(2 * walk.log_weight) - 2 * log_mean_exp(walk.log_weight);
  record_families(walk, row);
}

/// Weighs and resamples a population, and returns the fraction that was removed.
double resample(const Column& log_weight, double u, Population& population, Walk& walk) {
  const std::vector<Index> copies = systematic_copies(log_weight, u);
  const std::vector<Index> origin = population.resample(copies);
  const std::vector<Index> before = walk.family;
  for (std::size_t row = 0; row < origin.size(); ++row)
    walk.family[row] = before[static_cast<std::size_t>(origin[row])];
  return static_cast<double>(std::ranges::count(copies, 0)) / static_cast<double>(copies.size());
}

double shared_uniform(Streams streams) {
  streams.first_chain = 0xFFFFFFFFU;  // no configuration's own number: one for the population
  return uniform_column(streams.with(Purpose::resample), 1)(0);
}

}  // namespace

double culled_fraction(const Column& log_weight) {
  const double log_mean = log_mean_exp(log_weight);
  double culled = 0;
  for (Index i = 0; i < log_weight.size(); ++i)
    culled += std::max(0.0, -std::expm1(log_weight(i) - log_mean));
  return culled / static_cast<double>(log_weight.size());
}

SpinAnnealing::SpinAnnealing(const SpinTarget& target, MakeSampler make, AnnealingOptions options,
                             const Threads& threads)
    : target_(target), make_(std::move(make)), options_(options), threads_(threads) {
  require(options.population >= 2, "a population needs at least two configurations");
  require(options.sweeps >= 1, "sweeps must be at least 1");
}

Streams SpinAnnealing::streams(Index run, Index step) const {
  return {options_.seed,
          (static_cast<std::uint64_t>(run) << 32U) + static_cast<std::uint64_t>(step), 0,
          Purpose::init};
}

std::vector<double> SpinAnnealing::pilot_schedule(double last, double culling) const {
  constexpr Index kMostPilot = 2048;
  constexpr int kHalvings = 50;
  const Index rows = std::min(options_.population, kMostPilot);
  Population population(target_, *make_(last), streams(0, 0), {rows, threads_});
  Walk walk{std::vector<Index>(static_cast<std::size_t>(rows), 0), Column::Zero(rows), 0};
  std::vector<double> betas{0};
  for (Index step = 1; betas.back() < last; ++step) {
    const Column energy = population.energy();
    double low = 0, high = last - betas.back();
    if (culled_fraction(-high * energy) > culling) {
      // Until the step is known to 50 bits, however small it is beside the whole way.
      for (int i = 0; i < kHalvings || low == 0; ++i) {
        const double middle = (low + high) / 2;
        (culled_fraction(-middle * energy) > culling ? high : low) = middle;
      }
      betas.push_back(betas.back() + high);
    } else {
      betas.push_back(last);
    }
    const double rise = betas.back() - betas[betas.size() - 2];
    resample(-rise * energy, shared_uniform(streams(0, step)), population, walk);
    population.walk(*make_(betas.back()), streams(0, step * options_.sweeps), options_.sweeps);
  }
  return betas;
}

SpinAnnealing::Schedule SpinAnnealing::prepare(std::vector<double> betas) const {
  require(betas.size() >= 2 && betas.front() == 0 && std::ranges::is_sorted(betas),
          "annealing leads through at least one temperature, from beta = 0 upwards");
  Schedule schedule{std::move(betas), {}};
  for (const double beta : schedule.betas)
    if (beta > 0) schedule.samplers.push_back(make_(beta));
  return schedule;
}

Batch SpinAnnealing::run(Index run, const Schedule& schedule,
                         const std::vector<const Observable*>& observables) const {
  const Index rows = options_.population;
  const std::vector<double>& betas = schedule.betas;
  Population population(target_, *schedule.samplers.back(), streams(run, 0), {rows, threads_});
  Walk walk{std::vector<Index>(static_cast<std::size_t>(rows)), Column::Zero(rows),
            static_cast<double>(target_.sites()) * std::numbers::ln2};
  for (std::size_t row = 0; row < walk.family.size(); ++row)
    walk.family[row] = static_cast<Index>(row);
  Batch table = Batch::Zero(std::ssize(betas), C::observables + std::ssize(observables));
  record(walk, population, observables, table.row(0));
  for (Index step = 1; step < std::ssize(betas); ++step) {
    const double beta = betas[static_cast<std::size_t>(step)];
    const Column log_step =
        -(beta - betas[static_cast<std::size_t>(step) - 1]) * population.energy();
    const double before = log_mean_exp(walk.log_weight);
    if (options_.method == AnnealingMethod::importance) {
      walk.log_weight += log_step;
      walk.lnZ += log_mean_exp(walk.log_weight) - before;
    } else {
      walk.lnZ += log_mean_exp(log_step);
      const double u = shared_uniform(streams(run, step));
      table(step, C::culled) = resample(log_step, u, population, walk);
    }
    population.walk(*schedule.samplers[static_cast<std::size_t>(step) - 1],
                    streams(run, step * options_.sweeps), options_.sweeps);
    record(walk, population, observables, table.row(step));
  }
  return table;
}

}  // namespace nmc
